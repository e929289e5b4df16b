import PropertyTesting
import Testing
import TrainingCore
import Verification

/// What else is in a batch, and where a sample stands in it, is nothing to the sample.
@Suite struct LoneSampleLawTests {
  /// In inference for all models; in training for those without batch coupling.
  @Test(.tags(.property)) func outputsAndLossesAreTheSamplesOwn() {
    forAll("outputs and losses are the sample's own", cases: 150) { choices in
      try RandomSubject(&choices) { try $0.configuration() }
    } failure: { drawn in
      let findings = try LoneSampleLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Normalising over the batch makes a sample's training loss that of its company.
  @Test(arguments: [0, 1]) func inTrainingBatchNormalisationCouplesSamples(_ type: Int) throws {
    let trainer = bothTrainers[type]
    let subject = try Subject.example("7 dense9 batchnorm dense4", splits: [[12]])
    func losses<T: Trainer>(_ type: T.Type) throws -> [Tally] {
      var trainer = try T(subject.configuration, state: nil, threads: 1)
      return [
        trainer.accumulateGradient(of: subject.whole()),
        trainer.accumulateGradient(of: subject.part(0..<6)),
        trainer.accumulateGradient(of: subject.part(6..<12)),
      ]
    }
    let tallies = try losses(trainer)
    var parts = tallies[1]
    parts.add(tallies[2])
    #expect(parts.loss != tallies[0].loss)
    #expect(
      try LoneSampleLaw.findings(subject, of: trainer)[0].measured.contains("couples samples"))
  }

  @Test(
    arguments: [CentresOutputs.self, DrawsMasksByPlace.self, RoundsLosses.self]
      as [any Trainer.Type])
  func `trainers that let samples influence each other fail`(_ trainer: any Trainer.Type) throws {
    let subject = try Subject.example("7 dropout0.5 dense9 dense4", splits: [[32]])
    #expect(try LoneSampleLaw.findings(subject, of: trainer).map(\.verdict) == [.fails])
  }
}
