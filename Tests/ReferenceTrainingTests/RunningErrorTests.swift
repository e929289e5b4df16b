import GradientOracles
import PropertyTesting
import ReferenceTraining
import Testing

@Suite struct RunningErrorTests {
  typealias Number = RunningError<Float>

  /// The same long computation in Double, whose own error is smaller by 2²⁹.
  private func compute<S: Scalar>(_ inputs: [Float]) -> [S] {
    var results: [S] = []
    var sum = S(1.0)
    for pair in stride(from: 0, to: inputs.count, by: 2) {
      let a = S(inputs[pair])
      let b = S(inputs[pair + 1])
      sum = (sum + a * b).addingProduct(a - b, S(0.3))
      let positive = S(1.0).addingProduct(sum, sum)
      results += [
        sum, sum / positive, positive.squareRoot(), S.exp(a * b), S.log(positive), S.tanh(sum),
      ]
    }
    return results
  }

  @Test(arguments: 0..<20)
  func theBoundHolds(_ seed: Int) {
    var random = RandomNumbers(seed: UInt64(seed))
    let inputs = random.uniforms(100)
    let bounded: [Number] = compute(inputs)
    let exact: [RunningError<Double>] = compute(inputs)
    #expect(
      excess(
        bounded.map { Double($0.value) }, exact.map(\.value),
        bounds: zip(bounded, exact).map { $0.error + $1.error }) == nil)
    let plain: [Float] = compute(inputs)
    #expect(difference(bounded.map(\.value), plain) == nil)
  }

  /// From the other side: where every step rounds by half a unit, most of the bound is reached.
  @Test func anAdversaryReachesTheBound() {
    let half = Number(exactly: 0x1p-24)
    var sum = Number(exactly: 1)
    for _ in 0..<100 { sum = sum + half }
    #expect(sum.value == 1)
    let error = 100 * 0x1p-24
    #expect(sum.error >= error && sum.error < 1.001 * error)
  }

  @Test func hyperparametersCarryTheirRounding() {
    #expect(Number(0.1).error == (Double(Float(0.1)) - 0.1).magnitude)
    #expect(Number(0.5).error == 0)
    #expect(RunningError<Double>(0.1).error == 0)
  }

  @Test func `dividing by what may be zero has no bound`() {
    let uncertain = Number(0.1) - Number(0.1)
    #expect((Number(1.0) / uncertain).error == .infinity)
    #expect(Number.log(uncertain).error.isFinite == false)
  }
}
