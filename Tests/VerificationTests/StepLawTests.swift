import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// A step is the published formula's, number by number.
@Suite struct StepLawTests {
  @Test(.tags(.property)) func bothTrainersStepByTheFormula() {
    forAll("a step is the formula's", cases: 60) { choices in
      try RandomSubject(&choices) { try $0.configuration() }
    } failure: { drawn in
      let findings = try StepLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// The bound is of the right size: some number uses more than a tenth of it.
  @Test(arguments: LawsTests.optimizers) func roundingsComeNearTheBound(
    _ optimizer: OptimizerSpec
  ) throws {
    let subject = try Subject.example("9 dense12 tanh dense4", optimizer: optimizer, splits: [[9]])
    let share = try StepLaw.measure(subject, of: OptimizedTrainer.self).excess.share
    #expect(100 * share > 1 && share <= 1, "\(share)")
  }

  /// Where gradients are clipped, at the limit, at half of the norm, and not at all.
  @Test func clippedStepsAreTakenToo() throws {
    let plain = try Subject.example("9 dense4", splits: [[9]])
    let clipped = try Subject.example("9 dense4", clipNorm: 0.5, splits: [[9]])
    #expect(try StepLaw.measure(plain, of: OptimizedTrainer.self).steps == 3)
    #expect(try StepLaw.measure(clipped, of: OptimizedTrainer.self).steps == 9)
  }

  /// One sample makes batches of 1, 2 and 2, so a division by B shows.
  @Test func oneSampleIsEnough() throws {
    let subject = try Subject.example("9 dense4", splits: [[1]])
    #expect(
      try complaint(StepLaw.findings(subject, of: OptimizedTrainer.self), count: 1) == nil)
    for trainer in [ForgetsToDivide.self, DividesTwiceInTheStep.self] as [any Trainer.Type] {
      #expect(try StepLaw.findings(subject, of: trainer).map(\.verdict) == [.fails])
    }
  }
}
