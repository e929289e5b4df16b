import Testing

@testable import Verification

@Suite struct LeastSquaresTests {
  private static let basis: [[Double]] = [[1, 2, 0, -1, 3], [0, 1, 1, 4, -2], [2, 0, -3, 1, 1]]

  @Test func `A combination's coefficients come back, and nothing is left`() throws {
    let wanted = [0.5, -2, 3]
    let target = Self.combination(wanted)
    let fit = try #require(LeastSquares(target, by: Self.basis))
    // Each coefficient is off by what rounding of the target moves it, and by some operations more.
    for (found, sensitivity) in zip(zip(fit.coefficients, wanted), fit.sensitivities) {
      #expect(abs(found.0 - found.1) <= 64 * Double.ulpOfOne * target.norm * sensitivity)
    }
    #expect(fit.residualNorm <= 64 * Double.ulpOfOne * target.norm)
  }

  @Test func `What is left is at right angles to every vector`() throws {
    let target: [Double] = [1, 1, 1, 1, 1]
    let fit = try #require(LeastSquares(target, by: Self.basis))
    #expect(fit.residualNorm > 0.1)
    for vector in Self.basis {
      #expect(abs(vector.dot(fit.residual)) <= 64 * Double.ulpOfOne * vector.norm * target.norm)
    }
  }

  @Test func `No change of length 1 moves a coefficient by more than its sensitivity`() throws {
    let fit = try #require(LeastSquares(Self.combination([1, 1, 1]), by: Self.basis))
    var reached = [0.0, 0, 0]
    for place in 0..<5 {
      for sign in [-1.0, 1] {
        var target = Self.combination([1, 1, 1])
        target[place] += sign
        let moved = try #require(LeastSquares(target, by: Self.basis))
        for index in 0..<3 {
          let change = abs(moved.coefficients[index] - fit.coefficients[index])
          #expect(change <= fit.sensitivities[index] * (1 + 0x1p-20))
          reached[index] = max(reached[index], change / fit.sensitivities[index])
        }
      }
    }
    // One of five axes has at least 1/√5 of any direction.
    #expect(reached.allSatisfy { $0 >= 0.447 })
  }

  @Test func `Vectors that depend on each other, or are too many, have no coefficients`() {
    let twice = Self.basis[0].scaled(by: 2)
    #expect(LeastSquares([1, 2, 3, 4, 5], by: Self.basis + [twice]) == nil)
    #expect(LeastSquares([1, 2, 3, 4, 5], by: [[0, 0, 0, 0, 0]]) == nil)
    #expect(LeastSquares([1, 2], by: [[1, 0], [0, 1]]) == nil)
    #expect(LeastSquares([1, .nan, 1], by: [[1, .nan, 0]]) == nil)
  }

  private static func combination(_ coefficients: [Double]) -> [Double] {
    zip(coefficients, basis).reduce(into: [0, 0, 0, 0, 0]) { $0.add($1.0, times: $1.1) }
  }
}
