import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// The gradient that a trainer tells is the slope of the losses that it tells.
@Suite struct TaylorLawTests {
  @Test(.tags(.property)) func bothTrainersTellTheSlope() {
    forAll("the gradient is the slope", cases: 40) { choices in
      try RandomSubject(&choices) { try $0.configuration() }
    } failure: { drawn in
      let findings = try TaylorLaw.findings(drawn.subject, of: drawn.trainer)
      return findings.first { $0.verdict == .fails }?.measured
    }
  }

  /// On images the bound is a few per cent of the slope, so that a gradient that is 5 % too long is
  /// seen.
  @Test(arguments: ["mlp:784-32-10", "mlp:784-12-10+tanh+dropout0.5"])
  func theBoundIsTightOnImages(_ name: String) throws {
    let subject = try Subjects.make(name, samples: 16)
    let findings = try TaylorLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(complaint(findings, count: 1) == nil)
    let faulty = try TaylorLaw.findings(subject, of: StretchesTheGradient.self)
    #expect(faulty.map(\.verdict) == [.fails], "\(faulty)")
  }

  @Test(arguments: [HasNoGradient.self, ClimbsTheLoss.self] as [any Trainer.Type])
  func `a gradient of zero or of the wrong sign fails`(_ trainer: any Trainer.Type) throws {
    let subject = try Subject.example("7 dense9 relu dense4", splits: [[8]])
    #expect(try TaylorLaw.findings(subject, of: trainer).map(\.verdict) == [.fails])
  }

  /// No bound follows which number of a window is the largest.
  @Test func maximaAreLeftOut() throws {
    let subject = try Subject.example("3x3x2 maxpool2s1 dense4", splits: [[8]])
    let findings = try TaylorLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(findings.map(\.verdict) == [.notApplicable])
  }
}
