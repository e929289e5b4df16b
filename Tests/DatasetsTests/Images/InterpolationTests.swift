import Testing

@testable import Datasets

@Suite struct InterpolationTests {
  @Test(
    arguments: [
      (-3, 0, 1, 0), (0, 0, 1, 0), (2.25, 2, 3, 0.25), (3.5, 3, 4, 0.5), (4, 4, 4, 0), (9, 4, 4, 0),
    ] as [(Double, Int, Int, Float)])
  func positionsLieBetweenTwoOfFive(position: Double, lower: Int, upper: Int, weight: Float) {
    #expect(
      Interpolation(at: position, of: 5)
        == Interpolation(lower: lower, upper: upper, weight: weight))
  }

  @Test func aSingleRowIsEverywhere() {
    for position in [-1, 0, 0.5, 7] {
      #expect(
        Interpolation(at: position, of: 1) == Interpolation(lower: 0, upper: 0, weight: 0))
    }
  }

  @Test func valuesLieBetweenTheirNeighbours() {
    func value(_ a: Float, _ b: Float, _ weight: Float) -> Float {
      Interpolation.value(between: a, and: b, weight: weight)
    }
    #expect(value(1, 5, 0.25) == 2)
    #expect(value(0.1, 0.1, 0.3) == 0.1)
    #expect(value(-0.0, 5, 0).bitPattern == Float(-0.0).bitPattern)
    #expect(value(1, .infinity, 0) == 1)
  }
}
