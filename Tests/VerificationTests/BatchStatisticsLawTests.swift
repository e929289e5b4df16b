import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// What batch normalisation takes from a batch, and why its parts are not the batch.
@Suite struct BatchStatisticsLawTests {
  /// Law of total variance: V = Σⱼ (nⱼ/N) vⱼ + Σⱼ (nⱼ/N) (mⱼ − M)².
  @Test(.tags(.property)) func theWholesStatisticsFollowFromTheParts() {
    forAll("the whole's statistics follow from the parts'", cases: 150) { choices in
      try RandomSubject(&choices) { choices in
        let kind = choices.pick(["batchnorm", "kerasnorm"])
        let before = choices.pick(["", "tanh ", "dropout0.5 ", "relu "])
        return try RunConfiguration(
          words:
            "\(choices.integer(in: 1...20)) dense\(choices.integer(in: 1...20)) \(before)\(kind) dense3"
        )
      }
    } failure: { drawn in
      let findings = try BatchStatisticsLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Four numbers by hand: 0 and 2, 10 and 12.
  ///
  /// The parts' means are 1 and 11, their variances 1; the whole's mean is 6, its variance
  /// 26 = 1 + 25.
  @Test(arguments: [0, 1]) func `four numbers by hand have mean 6 and variance 26`(_ trainer: Int)
    throws
  {
    let configuration = try RunConfiguration(words: "1 batchnorm dense2")
    let examples = Examples(
      shape: configuration.model.input, classCount: 2, inputs: [0, 2, 10, 12],
      labels: [0, 1, 0, 1])
    let subject = Subject(
      configuration, examples: examples, batch: [0, 1, 2, 3],
      splits: [Split(sizes: [2, 2])])
    let findings = try BatchStatisticsLaw.findings(subject, of: bothTrainers[trainer])
    let deviations = sixDigits(5 / 26.0.squareRoot())
    #expect(findings.map(\.measured) == [Self.words(share: 0, deviations)])
    let parts = [
      MeasuredStatistics(count: 2, mean: 1, variance: 1),
      MeasuredStatistics(count: 2, mean: 11, variance: 1),
    ]
    let pool = MeasuredStatistics(pooling: parts)
    #expect(pool.mean == 6 && pool.variance == 26)
  }

  /// What the law says where so much of the bound is used, and a part's mean is so far off.
  static func words(share: Int, _ deviations: String) -> String {
    "\(share) % of the rounding bound used; a part's mean is off by up to \(deviations) deviations"
  }

  /// The bound holds against statistics in `Double`, of samples far from zero, where rounding is
  /// worst.
  @Test(.tags(.property)) func theBoundHoldsForOneBatch() {
    forAll("the bound of measured statistics holds", cases: 200) { choices in
      let offset = Float(choices.pick([0, 1, 1000]))
      return choices.array(choices.integer(in: 1...60)) { offset + $0.number() }
    } failure: { numbers in
      let count = Float(numbers.count)
      let mean = numbers.reduce(0, +) / count
      let variance = numbers.reduce(0) { $0.addingProduct($1 - mean, $1 - mean) } / count
      let measured = MeasuredStatistics(count: numbers.count, mean: mean, variance: variance)
      let exactMean = numbers.reduce(0.0) { $0 + Double($1) } / Double(count)
      let exactVariance =
        numbers.reduce(0.0) { $0 + (Double($1) - exactMean) * (Double($1) - exactMean) }
        / Double(count)
      return excess(
        [measured.mean, measured.variance], [exactMean, exactVariance],
        bounds: [measured.meanBound, measured.varianceBound])
    }
  }

  @Test func `the law is not applicable without normalisation over the batch`() throws {
    for words in ["7 dense9 dense4", "7 dense9 ghost4 dense4"] {
      let subject = try Subject.example(words, splits: [[6, 6]])
      let findings = try BatchStatisticsLaw.findings(subject, of: ReferenceTrainer<Float>.self)
      #expect(findings.map(\.verdict) == [.notApplicable])
    }
  }

  @Test(arguments: [UnbiasesTheVariance.self, KeepsTheAverages.self] as [any Trainer.Type])
  func `trainers with wrong or unmoved running statistics fail`(_ trainer: any Trainer.Type) throws
  {
    let subject = try Subject.example(
      "7 dense9 batchnorm dense4", splits: [[16, 16], [10, 22]])
    let findings = try BatchStatisticsLaw.findings(subject, of: trainer)
    #expect(findings.map(\.verdict) == [.fails, .fails])
  }
}
