import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// What the laws say of convolutions, pools, residual sums, moving averages, frozen layers and the
/// binary loss.
@Suite struct ImageLawsTests {
  private static let trainer = ReferenceTrainer<Float>.self

  private static let blocks =
    "5x4x2 conv4k3p1 relu6 depthwise3 tanh conv4 residual3 maxpool2s1 conv3k2p1s2g1 averagepool2s1"

  private static func subject(
    _ words: String, splits: [[Int]] = [[4, 4, 4], [5, 7]]
  ) throws -> Subject {
    try .example(words, splits: splits)
  }

  /// The positions of an image are summed within each sample, ascending, so a batch may be cut between
  /// any two of them.
  @Test(arguments: [
    blocks + " dense3", blocks + " dense1 binary", blocks + " dense3 frozen4",
    "3x3x2 conv3k2 movingnorm relu6 globalpool dropout0.5 dense4",
  ])
  func anySplitHasTheBitsOfTheWhole(_ words: String) throws {
    let subject = try Self.subject(words)
    #expect(try complaint(SplitBatchLaw.findings(subject, of: Self.trainer), count: 2) == nil)
    #expect(try complaint(AccumulationLaw.findings(subject, of: Self.trainer), count: 3) == nil)
    #expect(try complaint(MeanOfMeansLaw.findings(subject, of: Self.trainer), count: 2) == nil)
    #expect(try complaint(LoneSampleLaw.findings(subject, of: Self.trainer), count: 1) == nil)
    #expect(try complaint(ShuffledBatchLaw.findings(subject, of: Self.trainer), count: 1) == nil)
  }

  /// Over maps as over features, normalising by the batch makes the split law false: the law says so,
  /// and the losses do differ.
  ///
  /// Ghost groups that no part cuts keep it.
  @Test func normalisingMapsByTheBatchBreaksTheLaw() throws {
    let words = { (norm: String) in "3x3x2 conv3k2 \(norm) relu6 globalpool dense4" }
    for norm in ["batchnorm", "kerasnorm", "ghost8"] {
      let subject = try Self.subject(words(norm))
      let verdicts = try SplitBatchLaw.findings(subject, of: Self.trainer).map(\.verdict)
      #expect(verdicts == [.notApplicable, .notApplicable], "\(norm)")
      for split in subject.splits {
        let probe = try Probe<ReferenceTrainer<Float>>(subject)
        let whole = probe.gradient(of: [subject.whole()])
        let parts = probe.gradient(of: split.parts.map { subject.part($0) })
        #expect(parts.tally.loss != whole.tally.loss, "\(norm)")
      }
    }
    let kept = try Self.subject(words("ghost4"), splits: [[4, 8], [8, 4]])
    #expect(try complaint(SplitBatchLaw.findings(kept, of: Self.trainer), count: 2) == nil)
  }

  /// The whole's statistics follow from the parts', over positions too, behind whatever doesn't couple
  /// samples, and whatever the loss.
  @Test(.tags(.property)) func statisticsOfMapsFollowFromTheParts() {
    forAll("the whole's statistics over maps follow from the parts'", cases: 60) { choices in
      let before = choices.pick(["", "movingnorm ", "relu6 movingnorm ", "maxpool2s1 "])
      let norm = choices.pick(["batchnorm", "kerasnorm"])
      let end = choices.pick(["dense3", "dense1 binary", "globalpool dense2 frozen1"])
      return try RandomSubject(&choices) { choices in
        try RunConfiguration(
          words: "3x\(choices.integer(in: 3...4))x2 \(before)conv3k2 \(norm) \(end)")
      }
    } failure: { drawn in
      let findings = try BatchStatisticsLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Four images of one row and two positions by hand: 0, 2 | 10, 12 as two samples.
  @Test func `four positions by hand have mean 6 and variance 26`() throws {
    let configuration = try RunConfiguration(words: "1x2x1 batchnorm dense1 binary")
    let examples = Examples(
      shape: configuration.model.input, classCount: 2, inputs: [0, 2, 10, 12], labels: [0, 1])
    let subject = Subject(
      configuration, examples: examples, batch: [0, 1], splits: [Split(sizes: [1, 1])])
    let findings = try BatchStatisticsLaw.findings(subject, of: Self.trainer)
    let deviations = sixDigits(5 / 26.0.squareRoot())
    #expect(findings.map(\.measured) == [BatchStatisticsLawTests.words(share: 0, deviations)])
  }

  /// The bound counts positions: a sum of 784 equal numbers is off by more than two
  /// samples' roundings.
  @Test func theBoundIsThatOfAllPositions() throws {
    let configuration = try RunConfiguration(words: "28x28x1 batchnorm globalpool dense2")
    let examples = Examples(
      shape: configuration.model.input, classCount: 2,
      inputs: Array(repeating: 0.1, count: 2 * 784), labels: [0, 1])
    let subject = Subject(
      configuration, examples: examples, batch: [0, 1], splits: [Split(sizes: [1, 1])])
    let reading = try BatchStatisticsLaw.reading(subject, of: ReferenceTrainer<Float>.self)
    let share = BatchStatisticsLaw.compare(reading(0..<2), [0..<1, 1..<2].map(reading)).excess.share
    let oneRounding = Rounding.gamma(2, of: Float.self) / Rounding.gamma(784, of: Float.self)
    #expect(share <= 1 && share > oneRounding, "\(share)")
  }

  /// Moving averages are constants: nothing is coupled, and there are no batch statistics.
  @Test func movingAveragesCoupleNothing() throws {
    let words = "3x3x2 conv3k2 movingnorm relu6 globalpool dense4"
    let model = try ModelSpec(words: words)
    #expect(model.isUncoupled && model.coupling(of: Split(sizes: [3, 9])) == nil)
    let subject = try Self.subject(words)
    #expect(
      try BatchStatisticsLaw.findings(subject, of: Self.trainer).map(\.verdict) == [.notApplicable])
    #expect(!(try ModelSpec(words: words + " batchnorm").isUncoupled))
  }

  /// Every law that has something to say of such a model holds.
  @Test(arguments: [
    "4x3x2 conv3k3p1 tanh depthwise3 residual1 averagepool2s1 dense3",
    "3x3x2 conv3k2 movingnorm tanh globalpool dense1 binary",
    "3x3x2 conv3k2 tanh conv3 tanh residual2 globalpool dense4 frozen1",
  ])
  func `the laws of steps and learning rates hold on convolutions`(_ words: String) throws {
    func subject(_ spec: SGDSpec, clipNorm: Double? = nil) throws -> Subject {
      try .example(words, optimizer: .sgd(spec), clipNorm: clipNorm, splits: [[4, 4, 4]])
    }
    let plain = try subject(SGDSpec())
    let all =
      try SecondOrderLaw.findings(plain) + LinearScalingLaw.findings(plain, of: Self.trainer)
      + MomentumScalingLaw.findings(subject(SGDSpec(momentum: 0.9)), of: Self.trainer)
      + DecoupledWeightDecayLaw.findings(subject(SGDSpec(weightDecay: 0.1)), of: Self.trainer)
      + ClippingLaw.findings(subject(SGDSpec(), clipNorm: 1), of: Self.trainer)
      + PublishedLoopLaw.findings(plain, of: Self.trainer)
      + GradientNoiseLaw.findings(plain, of: Self.trainer)
    #expect(complaint(all, count: 7) == nil)
  }

  /// Frozen layers don't decay: a law that let them would be off by δw.
  @Test func frozenLayersDoNotDecay() throws {
    let subject = try Self.subject("3x3x2 conv3k2 tanh globalpool dense4 frozen1")
    let found = try DecoupledWeightDecayLaw.measure(
      subject, of: Self.trainer, optimizer: .sgd(SGDSpec(weightDecay: 0.5)), learningRate: 0.25,
      parts: 3)
    #expect(found.holds, "\(found.worstShare)")
    let frozen = subject.configuration.model.frozenCount
    #expect(frozen == 2 * 2 * 2 * 3 + 3)
    let weights = subject.state.parameters.numbers
    #expect(Array(found.measured.prefix(frozen)) == Array(weights.prefix(frozen)))
    #expect(zip(found.measured, weights).dropFirst(frozen).allSatisfy { $0 != $1 })
  }

  /// Sums over positions aren't bounded by the samples' gradients, in which terms may cancel: the law of
  /// orders leaves them out, and says so.
  @Test func sumsOverPositionsAreLeftOut() throws {
    let subject = try Self.subject("3x3x2 conv3k2 tanh globalpool dense4")
    #expect(subject.configuration.model.gradientPositions == [4, 4, 1, 1])
    let found = try ShuffledBatchLaw.findings(subject, of: Self.trainer)
    #expect(found[0].measured.hasSuffix("sums over positions aren't compared"))
    let flat = try Self.subject("7 dense4")
    #expect(
      !(try ShuffledBatchLaw.findings(flat, of: Self.trainer)[0].measured.contains("positions")))
  }
}
