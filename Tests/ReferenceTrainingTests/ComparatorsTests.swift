import PropertyTesting
import Testing

@testable import ReferenceTraining

@Suite struct ComparatorsTests {
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
}
