import Files
import Foundation
import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

@Suite struct SweepStudyTests {
  private static func options(
    batchSizes: [Int] = [4, 20], rates: [Double] = [0.01, 1], trials: Int = 2
  ) throws -> SweepStudy.Options {
    SweepStudy.Options(
      base: RunConfiguration(
        model: try ModelSpec(named: SmallStudy.model), optimizer: .sgd(SGDSpec(momentum: 0.5)),
        schedule: LearningRateSchedule(base: 0.1), batchSize: 64, seed: 7),
      batchSizes: batchSizes, learningRates: rates, trials: trials)
  }

  private static func study(
    _ options: SweepStudy.Options, data: StudyData = SmallStudy.data
  ) throws -> SweepStudy {
    try SweepStudy(options, data: data, summary: SmallStudy.summary(of: data))
  }

  private static func run(_ options: SweepStudy.Options) throws -> StudyResult<SweepStudy> {
    try study(options).result(with: ReferenceTrainer<Float>.self)
  }

  @Test func everyRecordIsThatOfAPlainTraining() throws {
    let options = try Self.options()
    let result = try Self.run(options)
    #expect(result.isComplete && result.records.count == 8)
    for record in result.records {
      var configuration = options.base
      configuration.batchSize = record.batchSize
      configuration.schedule.base = record.learningRate
      configuration.seed = 7 + UInt64(record.trial)
      var run = TrainingRun(
        try ReferenceTrainer<Float>(configuration, state: nil, threads: 1), configuration)
      for _ in 0..<options.epochs {
        _ = run.runEpoch(
          training: SmallStudy.data.training, validation: SmallStudy.data.validation)
      }
      let last = try #require(run.progress.history.last)
      let test = run.trainer.evaluate(SmallStudy.data.test, batchSize: 3).total
      #expect(record.fingerprint == Fingerprint(of: run.trainer.state).description)
      #expect(record.trainingLoss == last.trainingLoss)
      #expect(record.validationLoss == last.validationLoss)
      #expect(record.validationAccuracy == last.validationAccuracy)
      #expect(record.steps == last.steps)
      #expect(record.testLoss == test.loss.mean && record.testAccuracy == test.accuracy)
    }
    let pairs = result.records.map { [Double($0.batchSize), $0.learningRate, Double($0.trial)] }
    #expect(
      pairs == [
        [4, 0.01, 0], [4, 0.01, 1], [4, 1, 0], [4, 1, 1], [20, 0.01, 0], [20, 0.01, 1],
        [20, 1, 0], [20, 1, 1],
      ])
  }

  @Test func theBestIsChosenByTheHeldOutImagesAlone() throws {
    let options = try Self.options(trials: 1)
    // The accuracies of the four pairs: held out, and on the test images.
    let accuracies = [(0.5, 0.9), (0.75, 0.25), (0.75, 1), (0.25, 1)]
    let jobs = try SweepStudy.jobs(of: options)
    let result = StudyResult<SweepStudy>(
      options: options, data: SmallStudy.summary, origins: [], jobCount: 4,
      records: zip(jobs, accuracies).map { job, accuracy in
        Self.record(job, validation: accuracy.0, test: accuracy.1)
      })
    #expect(result.best?.batchSize == 4 && result.best?.learningRate == 1)
    let page = result.page(SweepStudy.report(result)).html()
    #expect(
      page.contains("a batch size of 4 with a rate of 1: 75.00 % there, 25.00 % on the test images")
    )
    // Two maps, each laid out for two widths, have one frame each.
    #expect(page.matches(of: /class="frame"/).count == 4)
  }

  @Test func aPairThatDivergesHasNoAccuracyAndIsNeverTheBest() throws {
    let result = try Self.run(Self.options(rates: [0.01, 1e30], trials: 1))
    #expect(result.rows.map(\.diverged) == [0, 1, 0, 1])
    #expect(result.rows.map { $0.validationPercent == nil } == [false, true, false, true])
    #expect(result.best?.learningRate == 0.01)
    let page = result.page(SweepStudy.report(result)).html()
    #expect(page.matches(of: />diverged</).count >= 4)
    let none = try Self.run(Self.options(rates: [1e30], trials: 1))
    #expect(none.best == nil)
    #expect(SweepStudy.report(none).notes.hasPrefix("No pair has trained without diverging"))
    #expect(none.claims.isEmpty)
  }

  @Test func whatIsMissingHasGapsInTheReport() throws {
    let options = try Self.options()
    let result = StudyResult<SweepStudy>(
      options: options, data: SmallStudy.summary, origins: [], jobCount: 8, records: [])
    #expect(result.best == nil && result.rows.isEmpty && result.claims.isEmpty)
    #expect(result.page(SweepStudy.report(result)).html().contains("8 of 8 trainings"))
  }

  @Test func itRefusesWhatItCannotTrain() throws {
    #expect(throws: StudyError.batchLargerThanData(batchSize: 61, training: 60)) {
      try Self.study(Self.options(batchSizes: [4, 61]))
    }
    var data = SmallStudy.data
    data.validation = SmallStudy.examples(0)
    #expect(throws: StudyError.nothingHeldOut) { try Self.study(Self.options(), data: data) }
  }

  private static func record(
    _ job: SweepJob, validation: Double, test: Double = 0, loss: Double = 1
  ) -> SweepRecord {
    SweepRecord(
      batchSize: job.configuration.batchSize, learningRate: job.configuration.schedule.base,
      trial: job.trial, steps: 1, trainingLoss: 1, validationLoss: loss,
      validationAccuracy: validation, testLoss: 1, testAccuracy: test, fingerprint: "")
  }

  /// Trials with made-up best rates at batches of 4 and 16: exponent 1 is the linear rule.
  @Test(arguments: [
    (
      [(0.1, 0.4), (0.1, 0.4), (0.1, 0.4)], Claim.Verdict.confirmed,
      "to the power of 1.0 [1.0, 1.0]"
    ),
    ([(0.1, 0.2), (0.2, 0.4), (0.1, 0.2)], .confirmed, "to the power of 0.50 [0.50, 0.50]"),
    ([(0.1, 0.1), (0.4, 0.4), (0.2, 0.2)], .refuted, "to the power of 0.0 [0.0, 0.0]"),
    ([(0.1, 0.4), (0.4, 0.1), (0.1, 0.4)], .undecided, "to the power of 0.33 [−2.5, 3.2]"),
    ([(0.1, 0.4), (0.1, 0.4)], .undecided, "by fewer than 3 trials"),
  ])
  func `whether the best rate grows with the batch size is judged within trials`(
    best: [(Double, Double)], verdict: Claim.Verdict, evidence: String
  ) throws {
    let options = try Self.options(
      batchSizes: [4, 16], rates: [0.1, 0.2, 0.4], trials: best.count)
    let jobs = try SweepStudy.jobs(of: options)
    let result = StudyResult<SweepStudy>(
      options: options, data: SmallStudy.summary, origins: [], jobCount: jobs.count,
      records: jobs.map { job in
        let rates = best[job.trial]
        let isBest =
          job.configuration.schedule.base
          == (job.configuration.batchSize == 4 ? rates.0 : rates.1)
        return Self.record(job, validation: 0.5, loss: isBest ? 0.5 : 1)
      })
    let claim = try #require(result.claims.first)
    #expect(claim.verdict == verdict)
    #expect(claim.evidence.contains(evidence), "\(claim.evidence)")
  }
}
