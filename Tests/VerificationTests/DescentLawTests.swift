import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore
import Verification

/// A first step that is short enough lowers the loss.
@Suite struct DescentLawTests {
  @Test(arguments: LawsTests.optimizers, [nil, 0.1] as [Double?])
  func bothTrainersGoDownhill(_ optimizer: OptimizerSpec, _ clipNorm: Double?) throws {
    let subject = try Subject.example(
      "7 dense9 relu dense4", optimizer: optimizer, clipNorm: clipNorm, splits: [[8]])
    for trainer in bothTrainers {
      #expect(complaint(try DescentLaw.findings(subject, of: trainer), count: 1) == nil)
    }
    for trainer in [StepsUphill.self, ClimbsTheLoss.self, HasNoGradient.self] as [any Trainer.Type]
    {
      #expect(try DescentLaw.findings(subject, of: trainer).map(\.verdict) == [.fails])
    }
  }
}
