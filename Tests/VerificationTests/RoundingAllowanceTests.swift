import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// What roundings in any order may do to losses and gradients, against what they do.
@Suite struct RoundingAllowanceTests {
  /// Both trainers' sums are within it, and so are those of samples in any order.
  @Test(.tags(.property)) func `both trainers are within the allowance`() {
    forAll("trainers are within the allowance", cases: 100) { choices in
      try RandomSubject(&choices) { try $0.configuration() }
    } failure: { drawn in
      let subject = drawn.subject
      let allowance: RoundingAllowance
      do { allowance = try RoundingAllowance(subject, subject.whole()) } catch is NotApplicable {
        return nil
      }
      func sums<T: Trainer>(_ trainer: T.Type) throws -> [Double] {
        let gradient = try Probe<T>(subject).gradient(of: [subject.whole()])
        return [gradient.tally.loss.value] + gradient.tensors.numbers
      }
      let actual = try sums(drawn.trainer)
      let expected = [allowance.loss] + allowance.gradient
      let bounds = [allowance.lossError] + allowance.gradientErrors
      let bounded = bounds.indices.filter { bounds[$0].isFinite }
      return excess(
        bounded.map { actual[$0] }, bounded.map { expected[$0] }, bounds: bounded.map { bounds[$0] }
      )
    }
  }

  /// The value is what the reference computes in `Double`.
  @Test func `the allowance's values are those computed in Double`() throws {
    let subject = try Subject.example("3x3x2 conv3k2 tanh globalpool dense4", splits: [[6]])
    let allowance = try RoundingAllowance(subject, subject.whole())
    let exact = 6 * (try LossSurface(subject).gradient(of: 0..<6))
    let bounds = zip(exact.values, allowance.gradientErrors).map { $0.magnitude + $1 }
    let gamma = Rounding.gamma(1 << 10, of: Double.self)
    #expect(
      excess(allowance.gradient, exact.values, bounds: bounds.map { gamma * $0 }) == nil)
    #expect(mostlyZero(allowance.gradientErrors) == nil)
  }

  /// An image of 1 and −1 under one weight, and a bias: the terms of the weight's gradient cancel, and
  /// their bound doesn't.
  @Test func theBoundIsOfTermsNotOfSums() throws {
    let configuration = try RunConfiguration(words: "1x2x1 conv1 globalpool dense1 binary")
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: 1)
    for index in state.parameters.indices { state.parameters[index].values = [1] }
    let examples = Examples(
      shape: configuration.model.input, classCount: 2, inputs: [1, -1], labels: [0])
    let subject = Subject(configuration, state: state, examples: examples, batch: [0])
    let allowance = try RoundingAllowance(subject, subject.whole())
    #expect(allowance.gradient[0] == 0 && allowance.gradient[1] > 0)
    let (cancelling, adding) = (allowance.gradientErrors[0], allowance.gradientErrors[1])
    #expect(cancelling >= adding / 2 && adding > 0)
  }

  /// At a kink either slope is right, and the error says so.
  @Test func atAKinkEitherSlopeIsRight() throws {
    let configuration = try RunConfiguration(words: "2 dense1 relu dense2")
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: 1)
    // x₁/3 − x₂/3 is 0 for x₁ = x₂, but for roundings.
    state.parameters[0].values = [1 / 3, -1 / 3]
    state.parameters[1].values = [0]
    let examples = Examples(
      shape: configuration.model.input, classCount: 2, inputs: [1, 1, 3, 1], labels: [0, 0])
    func relativeError(_ sample: Int) throws -> Double {
      let subject = Subject(configuration, state: state, examples: examples, batch: [sample])
      let allowance = try RoundingAllowance(subject, subject.whole())
      return allowance.gradientErrors[0] / max(allowance.gradient[0].magnitude, 1e-3)
    }
    #expect(try relativeError(0) >= 1)
    #expect(1000 * (try relativeError(1)) <= 1)
  }
}
