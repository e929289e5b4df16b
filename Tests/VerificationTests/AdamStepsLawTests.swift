import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// A trainer's Adam is the closed sum over all of its gradients.
@Suite struct AdamStepsLawTests {
  @Test(
    arguments: [
      AdamSpec(), AdamSpec(beta1: 0.5, beta2: 0.75), AdamSpec(beta1: 0, beta2: 0.9),
      AdamSpec(epsilon: 0.01, weightDecay: 0.1),
    ])
  func `both trainers' Adam is the closed sum over all gradients`(_ spec: AdamSpec) throws {
    for optimizer in [OptimizerSpec.adam(spec), .adamw(spec)] {
      let subject = try Subject.example(
        "7 dense9 tanh dense4", optimizer: optimizer, splits: [[9]])
      for trainer in bothTrainers {
        #expect(complaint(try AdamStepsLaw.findings(subject, of: trainer), count: 1) == nil)
      }
    }
  }

  /// A decay that is off by a fiftieth of its distance from 1 is too far.
  @Test func aSlightlyWrongDecayIsSeen() throws {
    let subject = try Subject.example("7 dense9 tanh dense4", splits: [[9]])
    let parts = [0..<3, 3..<6, 6..<9]
    func measure(_ spec: AdamSpec) throws -> BoundedPrediction {
      try AdamStepsLaw.measure(
        subject, of: OptimizedTrainer.self,
        rule: AdamScalingLaw.Rule(learningRate: 1024, spec: spec), parts: parts)
    }
    let right = try measure(AdamSpec())
    let other = try measure(AdamSpec(beta1: 0.9 + 0x1p-9))
    let wrong = BoundedPrediction(
      measured: right.measured, predicted: other.predicted, bounds: right.bounds)
    #expect(right.holds)
    #expect(!wrong.holds)
  }

  @Test func `the law is not applicable to other optimizers`() throws {
    let subject = try Subject.example(
      "7 dense4", optimizer: .rmsprop(RMSpropSpec()), splits: [[9]])
    let findings = try AdamStepsLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(findings.map(\.verdict) == [.notApplicable])
  }
}
