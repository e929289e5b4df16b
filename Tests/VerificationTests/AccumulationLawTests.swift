import PropertyTesting
import Testing
import TrainingCore
import Verification

/// Accumulating and stepping once is one step, for every optimizer.
@Suite struct AccumulationLawTests {
  @Test(.tags(.property)) func partsAndAStepAreOneStep() {
    forAll("parts and a step are one step", cases: 200) { choices in
      try RandomSubject(&choices)
    } failure: { drawn in
      let findings = try AccumulationLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 2)
    }
  }

  /// Each optimizer by name, with what it keeps from step to step, clipped and not.
  @Test(
    arguments: [
      .sgd(SGDSpec()), .sgd(SGDSpec(momentum: 0.9)),
      .sgd(SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 0.01)), .adam(AdamSpec()),
      .adam(AdamSpec(weightDecay: 0.01)), .rmsprop(RMSpropSpec()),
      .rmsprop(RMSpropSpec(momentum: 0.5, convention: .keras)),
    ] as [OptimizerSpec], [nil, 0.05] as [Double?])
  func `accumulating parts is one step for every optimizer, clipped or not`(
    _ optimizer: OptimizerSpec, _ clipNorm: Double?
  ) throws {
    for trainer in bothTrainers {
      let subject = try Subject.example(
        "7 dense19 relu dropout0.3 dense4", optimizer: optimizer, clipNorm: clipNorm,
        splits: [[10, 14], [8, 8, 8]])
      #expect(try complaint(AccumulationLaw.findings(subject, of: trainer), count: 3) == nil)
    }
  }

  /// With batch normalisation the whole batch in one part is still a step, and its parts are not.
  @Test func normalisedOnlyTheWholeIsAStep() throws {
    for trainer in bothTrainers {
      let subject = try Subject.example("7 dense9 batchnorm dense4", splits: [[6, 6]])
      let verdicts = try AccumulationLaw.findings(subject, of: trainer).map(\.verdict)
      #expect(verdicts == [.holds, .notApplicable])
    }
  }

  @Test(
    arguments: [
      (DividesTwice.self, [Finding.Verdict.fails, .fails]),
      (AveragesEachPart.self, [.holds, .fails]), (AddsPartialSums.self, [.holds, .fails]),
      (KeepsTheLastPart.self, [.holds, .fails]), (SkipsTheLastSample.self, [.holds, .fails]),
    ] as [(any Trainer.Type, [Finding.Verdict])])
  func `trainers that average, drop or divide parts wrongly fail`(
    _ trainer: any Trainer.Type, _ verdicts: [Finding.Verdict]
  ) throws {
    let subject = try Subject.example(
      "7 dense9 tanh dense4", optimizer: .sgd(SGDSpec(momentum: 0.5)), splits: [[20, 12]])
    #expect(try AccumulationLaw.findings(subject, of: trainer).map(\.verdict) == verdicts)
  }
}
