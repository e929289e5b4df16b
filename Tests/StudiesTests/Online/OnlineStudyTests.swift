import CommandLineTools
import Files
import Foundation
import OptimizedTraining
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore

@testable import Studies

/// The whole study on images of 2×2 pixels.
@Suite struct OnlineStudyTests {
  private static func options(
    models: [String] = ["mlp:4-8-3", "mlp:4-8-3+batchnorm"]
  ) -> OnlineStudy.Options {
    var options = OnlineStudy.Options(
      models: models, baseBatchSize: 16, candidates: [16, 8, 4], trials: 2, epochs: 2, seed: 5)
    options.grid = [0.01, 0.1]
    return options
  }

  private static func study(_ options: OnlineStudy.Options = options()) throws -> OnlineStudy {
    try OnlineStudy(options, data: SmallStudy.data, summary: SmallStudy.summary)
  }

  private static func run<T: StudyTrainer>(
    _ type: T.Type = ReferenceTrainer<Float>.self, _ options: OnlineStudy.Options = options(),
    records: RecordStore<OnlineStudy>? = nil, observer: StudyObserver = StudyObserver()
  ) throws -> StudyResult<OnlineStudy> {
    try study(options).result(with: type, records: records, observer: observer)
  }

  /// Asks to stop at the n-th time that it is asked.
  private static func stopping(after count: Int) -> StudyObserver {
    let asked = Counter()
    return StudyObserver(
      shouldStop: { asked.value.add(1, ordering: .relaxed).newValue > count })
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  @Test func `every model, arm, trial and learning rate is there`() throws {
    let result = try Self.run()
    let names = result.arms.map(\.name)
    #expect(
      names == [
        "fixed-16", "fixed-8", "fixed-4", "random", "minimum", "minimum-fresh",
        "minimum-published", "maximum", "maximum-fresh", "maximum-published",
        "random-published", "fixed-16-published", "fixed-8-published", "fixed-4-published",
      ])
    #expect(result.isComplete)
    let controlled = names.filter { !$0.hasSuffix("-published") }
    #expect(result.trainings.count == 2 * 2 * (names.count + controlled.count))
    #expect(result.rates.count == 2 * controlled.count)
    #expect(result.costs.count == 2 * names.count)
    #expect(result.rows.count == 2 * (names.count + controlled.count))
    for training in result.trainings {
      #expect(training.epochs.count == 2)
      for epoch in training.epochs {
        #expect(epoch.iterations == 3, "60 images are three whole batches of 16")
        #expect(epoch.choices.reduce(0, +) == 3)
      }
    }
    #expect(result.rates.allSatisfy { [0.01, 0.1].contains($0.chosen) && $0.tried.count == 2 })
  }

  /// In a plain model, online selection as described is the baseline, to the fingerprint.
  @Test func selectionInAPlainModelIsTheBaseline() throws {
    let result = try Self.run()
    for trial in 0..<2 {
      func fingerprint(_ arm: String) -> String? {
        result.trainings(model: "mlp:4-8-3", setting: .published, arm: arm)[trial].fingerprint
      }
      let baseline = fingerprint("fixed-16")
      for arm in ["minimum", "maximum", "minimum-fresh", "maximum-fresh"] {
        #expect(fingerprint(arm) == baseline)
      }
      #expect(fingerprint("fixed-8") != baseline)
      #expect(fingerprint("fixed-4-published") != fingerprint("fixed-4"))
    }
    let row = try #require(result.rows.first { $0.model == "mlp:4-8-3" && $0.arm == "minimum" })
    #expect(row.tieShare == 1 && row.shares == [1, 0, 0])
    #expect(row.difference.map { [$0.mean, $0.lower, $0.upper] } == [0, 0, 0])
    #expect(row.scoredPerSample == 0)
  }

  @Test func bothTrainersHaveTheSameFingerprints() throws {
    let reference = try Self.run()
    let optimized = try Self.run(OptimizedTrainer.self)
    #expect(optimized.trainings == reference.trainings)
    #expect(optimized.rates == reference.rates)
  }

  @Test func batchNormalisationIsNoTie() throws {
    let result = try Self.run()
    let row = try #require(
      result.rows.first { $0.model == "mlp:4-8-3+batchnorm" && $0.arm == "maximum" })
    #expect(row.tieShare < 1)
    #expect(row.scoredPerSample == 3)
  }

  @Test func everyClaimHasAVerdictAndEvidence() throws {
    let claims = try Self.run().claims
    #expect(claims.count == 4)
    #expect(claims.allSatisfy { !$0.evidence.isEmpty })
    #expect(claims[3].evidence.contains("plain: 100 % ties; 16 in 100 %"))
  }

  @Test func aStoppedStudyReturnsWhatItHas() throws {
    // Timing takes 28 arms, each three times an epoch of three iterations: 252 of the steps.
    let result = try Self.run(observer: Self.stopping(after: 400))
    #expect(!result.isComplete)
    #expect(result.costs.count == 28)
    #expect(result.rates.isEmpty)
    let nothing = try Self.run(observer: Self.stopping(after: 0))
    #expect(nothing.trainings.isEmpty && nothing.rows.isEmpty && nothing.claims.isEmpty)
  }

  /// Stopped among published trainings, in the search, and among tuned trainings; sometimes twice.
  @Test func `a run that is stopped and resumed has the records of an uninterrupted one`() throws {
    var options = Self.options()
    options.isTimed = false
    let whole = try Self.run(ReferenceTrainer<Float>.self, options)
    #expect(whole.isComplete && whole.costs.isEmpty)
    let expected = try whole.json
    for count in [1, 50, 390, 500, 600, 700] {
      let records = try RecordStore<OnlineStudy>(in: nil, digest: whole.data.digest)
      let part = try Self.run(
        ReferenceTrainer<Float>.self, options, records: records,
        observer: Self.stopping(after: count))
      #expect(!part.isComplete, "after \(count)")
      #expect(part.trainings.allSatisfy(whole.trainings.contains), "after \(count)")
      let more = try Self.run(
        ReferenceTrainer<Float>.self, options, records: records,
        observer: Self.stopping(after: count / 3))
      #expect(more.trainings.count >= part.trainings.count, "after \(count)")
      let all = try Self.run(ReferenceTrainer<Float>.self, options, records: records)
      #expect(try all.json == expected, "after \(count)")
    }
  }

  @Test func `the trials of a tuned arm share one search, and are in one shard`() throws {
    let study = try Self.study()
    let jobs = try OnlineStudy.jobs(of: study.options)
    let searches = closure(of: jobs).filter {
      if case .search = $0 { true } else { false }
    }
    #expect(searches.count == 2 * 8 * 2, "two models, eight controlled arms, two rates")
    let shards = (0..<3).map {
      Set(
        closure(
          of: StudyShard(index: $0, count: 3).jobs(of: jobs, work: study.work)))
    }
    for search in searches { #expect(shards.count { $0.contains(search) } == 1) }
    for job in jobs where job.isTimed { #expect(shards[0].contains(job)) }
  }

  @Test func `only records of costs have times`() throws {
    let result = try Self.run()
    let rest = result.records.map(OnlineStudy.withoutTimes)
    #expect(rest.compactMap(\.training) == result.trainings)
    #expect(rest.allSatisfy { $0.costs == nil })
    var options = Self.options()
    options.isTimed = false
    let again = try Self.run(ReferenceTrainer<Float>.self, options)
    let untimed = rest.filter { $0.training != nil }
    #expect(try encodedJSON(again.records) == encodedJSON(untimed))
  }

  @Test func itRejectsWhatItCannotRun() {
    var few = Self.options()
    few.baseBatchSize = 64
    few.candidates = [64, 32]
    #expect(throws: StudyError.noBaseBatch(baseBatchSize: 64, training: 60)) {
      try Self.run(ReferenceTrainer<Float>.self, few)
    }
    var odd = Self.options()
    odd.candidates = [16, 3]
    #expect(throws: StudyError.candidateDoesNotDivide(candidate: 3, baseBatchSize: 16)) {
      try Self.run(ReferenceTrainer<Float>.self, odd)
    }
    var alone = Self.options(models: ["mlp:4-8-3+batchnorm"])
    alone.candidates = [16, 1]
    #expect(throws: RunError.self) { try Self.run(ReferenceTrainer<Float>.self, alone) }
  }

  @Test func aLossThatIsNoNumberIsSaid() throws {
    var options = Self.options(models: ["mlp:4-8-3"])
    options.learningRate = 1e30
    #expect {
      try Self.run(ReferenceTrainer<Float>.self, options)
    } throws: { error in
      "\(error)".contains("the loss of epoch") && "\(error)".contains("use a smaller learning rate")
    }
    // A rate of the grid that diverges is one that isn't chosen.
    options = Self.options(models: ["mlp:4-8-3"])
    options.grid = [1e30, 0.1]
    let result = try Self.run(ReferenceTrainer<Float>.self, options)
    #expect(result.isComplete)
    #expect(result.rates.allSatisfy { $0.chosen == 0.1 && $0.tried[0].validationLoss == nil })
    #expect(result.rates.count == 8)
    // Where every rate diverges there is none to train with.
    options.grid = [1e30, 1e31]
    let none = try Self.run(ReferenceTrainer<Float>.self, options)
    #expect(none.isComplete && none.rates.count == 8)
    #expect(none.rates.allSatisfy { $0.chosen == nil })
    #expect(none.trainings.allSatisfy { $0.setting == .published })
  }

  private static func arguments(_ words: String...) throws -> Arguments {
    let command = Command(
      name: "study online", summary: "", options: OnlineStudy.help.options, run: { _ in })
    return try Arguments(words[...], for: command, of: "batchwise")
  }

  @Test func `options are read as they are typed`() throws {
    let quick = try OnlineStudy.options(Self.arguments())
    #expect(quick == OnlineStudy.Options())
    #expect(quick.epochs == 6 && quick.trials == 5 && quick.candidates == [256, 128, 64])
    let other = try OnlineStudy.options(
      Self.arguments("--preset", "full", "--base-batch-size", "64", "--no-timing", "--seed", "9"))
    #expect(other.epochs == 12 && other.candidates == [64, 32, 16] && other.seed == 9)
    #expect(!other.isTimed)
  }
}
