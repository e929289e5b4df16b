import Testing

@testable import ReferenceTraining

@Suite struct GradientClippingTests {
  private func gradients<S: Scalar>(_ weight: [S], _ bias: [S]) -> [Parameters<S>] {
    [
      Parameters(
        weight: Matrix(rows: weight.count / bias.count, columns: bias.count, elements: weight),
        bias: Matrix(rows: 1, columns: bias.count, elements: bias))
    ]
  }

  /// The mean gradient (3, 4) has norm 5; PyTorch's coefficient is limit/(norm + 10⁻⁶).
  @Test func scalesDownToTheLimit() {
    let sums: [Parameters<Double>] = gradients([12], [16])
    let factor = GradientClipping.factor(of: sums, divisor: 4, limit: 2)
    #expect(factor == 0.25 * (2 / (5 + 1e-6)))
    #expect(factor != 0.25 * (2 / 5))
  }

  @Test func withoutALimitOrBelowItOnlyTheMeanIsTaken() {
    let sums: [Parameters<Float>] = gradients([12], [16])
    for limit in [nil, 5.125, 1e30] {
      #expect(GradientClipping.factor(of: sums, divisor: 4, limit: limit) == 0.25)
    }
    let zero: [Parameters<Float>] = gradients([0], [0])
    #expect(GradientClipping.factor(of: zero, divisor: 3, limit: 0.5) == 1 / Float(3))
  }

  @Test func theNormIsThatOfAllParametersTogether() {
    let sums: [Parameters<Double>] = gradients([2], [4]) + gradients([5], [6])
    #expect(GradientClipping.factor(of: sums, divisor: 1, limit: 1) == 1 / (9 + 1e-6))
  }

  /// Squares fold down each column, then over columns, weights and biases in order; another order
  /// has other bits for some of the data.
  @Test func foldsColumnsFirst() {
    var otherBits = 0
    for seed in 0..<20 {
      var random = RandomNumbers(seed: UInt64(seed))
      let weight: [Float] = random.rough(rows: 30, columns: 7).elements
      let bias: [Float] = random.rough(rows: 1, columns: 7).elements
      func factor(_ rows: [Int]) -> Float {
        var total: Float = 0
        for column in 0..<7 {
          total += rows.reduce(Float(0)) {
            $0.addingProduct(weight[$1 * 7 + column], weight[$1 * 7 + column])
          }
        }
        for value in bias { total += Float(0).addingProduct(value, value) }
        let mean = 1 / Float(3)
        return mean * (0.1 / (total.squareRoot() * mean + 1e-6))
      }
      let actual = GradientClipping.factor(of: gradients(weight, bias), divisor: 3, limit: 0.1)
      #expect(actual == factor(Array(0..<30)))
      if actual != factor((0..<30).reversed()) { otherBits += 1 }
    }
    #expect(otherBits > 0)
  }

  /// A diverged gradient isn't clipped into looking sound.
  @Test func whatIsNotANumberStaysVisible() {
    let sums: [Parameters<Float>] = gradients([.nan], [1])
    let factor = GradientClipping.factor(of: sums, divisor: 1, limit: 1)
    #expect((factor * sums[0].weight[0, 0]).isNaN)
    let infinite: [Parameters<Float>] = gradients([.infinity], [1])
    let none = GradientClipping.factor(of: infinite, divisor: 1, limit: 1)
    #expect((none * infinite[0].weight[0, 0]).isNaN)
  }
}
