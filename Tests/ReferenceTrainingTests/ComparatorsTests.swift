import Testing

@testable import ReferenceTraining

@Suite struct ComparatorsTests {
  @Test func equalNumbersHaveNoDifference() {
    #expect(difference([1.5, -0.0, .infinity], [1.5, -0.0, .infinity]) == nil)
    #expect(difference([Float](), []) == nil)
  }

  @Test func differencesAreFound() {
    #expect(difference([1.0, 2], [1]) != nil)
    #expect(difference([0.0], [-0.0]) != nil)
    #expect(difference([Double.nan], [.nan]) != nil)
    #expect(difference([1, Float.nan], [1, 2]) != nil)
    #expect(difference([1, 2, 3], [1, 2, Float(3).nextUp])?.contains("[2]") == true)
  }

  @Test func matricesDifferInTheirExtents() {
    let row = Matrix<Float>(rows: 1, columns: 2)
    #expect(difference(row, row) == nil)
    #expect(difference(row, Matrix(rows: 2, columns: 1)) != nil)
    var changed = row
    changed[0, 1] = 1
    #expect(difference(row, changed) != nil)
    let same = [Parameters(weight: row, bias: row)]
    #expect(difference(same, same) == nil)
    #expect(difference(same, []) != nil)
    #expect(difference(same, [Parameters(weight: changed, bias: row)]) != nil)
    #expect(difference(same, [Parameters(weight: row, bias: changed)]) != nil)
  }

  @Test func boundsHoldUpToTheirEdge() {
    #expect(excess([1, -2], [1.5, -2.5], bounds: [0.5, 0.5]) == nil)
    #expect(excess([1], [1], bounds: [0]) == nil)
    #expect(excess([1], [1.5], bounds: [Double(0.5).nextDown]) != nil)
    #expect(excess([1, 1, 1], [1.1, 1.5, 1.2], bounds: [0.1, 0.1, 0.1])?.contains("[1]") == true)
  }

  @Test func nothingHidesBehindABound() {
    #expect(excess([.nan], [1], bounds: [1]) != nil)
    #expect(excess([1], [.nan], bounds: [1]) != nil)
    #expect(excess([1], [1], bounds: [.nan]) != nil)
    #expect(excess([1], [1], bounds: [.infinity]) != nil)
    #expect(excess([.infinity], [.infinity], bounds: [1]) != nil)
    #expect(excess([1, 2], [1], bounds: [1]) != nil)
    #expect(excess([1], [1], bounds: []) != nil)
  }
}
