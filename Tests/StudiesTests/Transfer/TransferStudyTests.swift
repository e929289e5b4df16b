import Datasets
import Files
import Foundation
import OptimizedTraining
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore

@testable import Studies

/// The whole transfer study on images of 8×8 pixels.
@Suite struct TransferStudyTests {
  @Test func everyCellIsThere() throws {
    let options = SmallTransfer.options()
    let result = try SmallTransfer.run()
    #expect(result.isComplete)
    #expect(result.transfers.count == 2 * 2 * 2)
    #expect(result.sourceAccuracy != nil)
    #expect(result.data.training == 35 && result.data.validation == 18)
    for size in options.batchSizes {
      for isInferenceMode in [false, true] {
        let transfers = result.transfers(batchSize: size, isInferenceMode: isInferenceMode)
        #expect(transfers.map(\.trial) == [0, 1])
        #expect(transfers.allSatisfy { $0.epochs.count == options.epochs })
        #expect(transfers[0].fingerprint != transfers[1].fingerprint)
        for epoch in transfers.flatMap(\.epochs) {
          #expect((epoch.matched == nil) == isInferenceMode)
          #expect((epoch.population == nil) == isInferenceMode)
        }
      }
    }
    #expect(result.rows(epochs: options.epochs).map(\.batchSize) == options.batchSizes)
    #expect(result.data.name == "small" && result.data.source == "other")
    #expect(result.claims.count == 3)
  }

  @Test func bothTrainersHaveTheSameResults() throws {
    let reference = try SmallTransfer.run()
    let optimized = try SmallTransfer.run(OptimizedTrainer.self)
    #expect(optimized.transfers == reference.transfers)
    #expect(optimized.sourceAccuracy == reference.sourceAccuracy)
  }

  @Test func theSameSeedHasTheSameResult() throws {
    var options = SmallTransfer.options(batchSizes: [8], trials: 1)
    let transfers = try SmallTransfer.run(OptimizedTrainer.self, options).transfers
    #expect(try SmallTransfer.run(OptimizedTrainer.self, options).transfers == transfers)
    options.seed = 6
    #expect(try SmallTransfer.run(OptimizedTrainer.self, options).transfers != transfers)
  }

  /// A transfer doesn't depend on which others run beside it.
  @Test func otherTransfersChangeNothing() throws {
    let all = try SmallTransfer.run(OptimizedTrainer.self)
    let some = try SmallTransfer.run(
      OptimizedTrainer.self, SmallTransfer.options(batchSizes: [4], trials: 1))
    #expect(some.transfers == all.transfers.filter { $0.batchSize == 4 && $0.trial == 0 })
  }

  /// A trial's seed is the study's and its number, so that trials can be run one by one.
  @Test func trialsFollowTheSeed() throws {
    var next = SmallTransfer.options(batchSizes: [8], trials: 1)
    let both = try SmallTransfer.run(
      OptimizedTrainer.self, SmallTransfer.options(batchSizes: [8], trials: 2))
    // The base is pretrained by the study's own seed, so only what a transfer draws is compared.
    next.seed += 1
    let jobs = TransferStudy.jobs(of: SmallTransfer.options(batchSizes: [8], trials: 2))
    guard case .transfer(let second) = jobs[2],
      case .transfer(let first) = TransferStudy.jobs(of: next)[1]
    else {
      Issue.record("two transfers expected")
      return
    }
    let network = try SmallTransfer.network(next)
    let configuration = try second.configuration(network, isFirst: true, classes: 4)
    #expect(configuration == (try first.configuration(network, isFirst: true, classes: 4)))
    #expect(both.transfers[0].fingerprint != both.transfers[1].fingerprint)
  }

  /// Augmentation is the second stage's, and changes it alone.
  @Test func augmentationChangesTheSecondStage() throws {
    var options = SmallTransfer.options(batchSizes: [8], trials: 1)
    let plain = try #require(try SmallTransfer.run(OptimizedTrainer.self, options).transfers.first)
    options.augmentation = .published
    let augmented = try #require(
      try SmallTransfer.run(OptimizedTrainer.self, options).transfers.first)
    #expect(augmented.epochs[..<2] == plain.epochs[..<2])
    #expect(augmented.fingerprint != plain.fingerprint)
  }

  @Test func `the published preset has the hyperparameters of the article`() {
    let options = TransferStudy.Options.published
    #expect(options.base == "mobilenet-v2+input96+notop")
    #expect(options.batchSizes == [16, 32, 64, 128])
    #expect(options.trials == 3)
    #expect(options.first == .init(epochs: 10, learningRate: 1e-4))
    #expect(options.second == .init(epochs: 10, learningRate: 2e-5))
    #expect(options.frozenShare == 100.0 / 155)
    #expect(options.momentum == 0.999)
    #expect(options.augmentation == .published)
    #expect(
      TransferStudy.Options.optimizer
        == .rmsprop(RMSpropSpec(decay: 0.9, epsilon: 1e-7, convention: .keras)))
  }

  /// What forgets half within a step of 16 forgets half of a half within two steps of 16, or one of 32.
  @Test func theMatchedMomentumForgetsAsMuchPerSample() {
    var options = TransferStudy.Options()
    for momentum in [0.5, 0.75, 0.999] {
      options.momentum = momentum
      #expect(options.matchedMomentum(batchSize: 16) == momentum)
      #expect(options.matchedMomentum(batchSize: 32) == momentum * momentum)
    }
    options.momentum = 0.5
    #expect(options.matchedMomentum(batchSize: 128) == 1.0 / 256)
    options.batchSizes = [32, 128]
    #expect(options.matchedMomentum(batchSize: 32) == 0.5)
  }

  @Test func aStoppedStudyReturnsWhatItHas() throws {
    let full = try SmallTransfer.run()
    // 3 batches of the source; 8 and 4 batches in 3 epochs, 2 trials and 2 modes.
    let steps = 3 + 3 * (8 + 4) * 2 * 2
    for limit in [0, 1, 3, 4, 30, 100, steps - 8] {
      let done = Mutex(0)
      let result = try SmallTransfer.run(
        observer: StudyObserver(
          advanced: { _, _ in done.withLock { $0 += 1 } },
          shouldStop: { done.withLock { $0 >= limit } }))
      #expect(!result.isComplete)
      #expect(result.transfers.count < full.transfers.count)
      #expect(result.transfers.allSatisfy(full.transfers.contains))
      #expect(result.sourceAccuracy == nil || result.sourceAccuracy == full.sourceAccuracy)
      #expect((result.sourceAccuracy == nil) == (limit <= 3))
      if limit <= 3 { #expect(result.transfers.isEmpty && result.claims.isEmpty) }
    }
  }

  /// What the observer is told adds up to the whole.
  @Test func progressAddsUp() throws {
    // Without short batches, which are dropped but counted.
    var data = SmallTransfer.data
    data.training = SmallTransfer.examples(32, brightness: 0.25)
    let told = Mutex<[Double]>([])
    _ = try SmallTransfer.run(
      data: data,
      observer: StudyObserver(advanced: { _, part in told.withLock { $0.append(part) } }))
    let images = 48 + 32 * 3 * 8
    let counts = told.withLock { $0 }.map { Int(($0 * Double(images)).rounded()) }
    #expect(counts.reduce(0, +) == images)
  }

  /// A record is kept as soon as its job is done; going on does only what has none.
  @Test func `a study that is stopped and resumed has the records of one run`() throws {
    let study = try SmallTransfer.study()
    let whole = try SmallTransfer.run().json
    for limit in [2, 3, 4, 40, 101] {
      let records = try RecordStore<TransferStudy>(in: nil, digest: study.data.digest)
      let done = Mutex(0)
      let stopped = try study.result(
        with: ReferenceTrainer<Float>.self, records: records,
        observer: StudyObserver(
          advanced: { _, _ in done.withLock { $0 += 1 } },
          shouldStop: { done.withLock { $0 >= limit } }))
      #expect(!stopped.isComplete)
      let finished = Mutex(0)
      let resumed = try study.result(
        with: ReferenceTrainer<Float>.self, records: records, jobsAtOnce: 3,
        observer: StudyObserver(finished: { _, _, _ in finished.withLock { $0 += 1 } }))
      #expect(finished.withLock { $0 } == resumed.jobCount - stopped.records.count)
      #expect(try resumed.json == whole, "after \(limit) steps")
    }
  }

  /// Every shard pretrains the base for itself, and all come to the same one.
  @Test func `shards that are merged have the records of one run`() throws {
    let study = try SmallTransfer.study()
    let jobs = TransferStudy.jobs(of: study.options)
    let merged = try RecordStore<TransferStudy>(in: nil, digest: study.data.digest)
    for index in [2, 0, 1] {
      let records = try RecordStore<TransferStudy>(in: nil, digest: study.data.digest)
      let shard = StudyShard(index: index, count: 3).jobs(of: jobs, work: study.work)
      let runner = StudyRunner(
        study, records: records, engine: "reference", threads: 1, jobsAtOnce: 2)
      #expect(try runner.run(shard, with: ReferenceTrainer<Float>.self))
      #expect(records[jobs[0]] != nil)
      #expect(jobs.count { records[$0] != nil } < jobs.count)
      try merged.merge(records, of: jobs)
    }
    #expect(try StudyResult(study.plan, merged).json == SmallTransfer.run().json)
  }

  /// A base is read back from the folder's file with every bit of it.
  @Test func `records in a folder are those in memory`() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "batchwise-transfer-\(UUID().uuidString)", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: url) }
    let study = try SmallTransfer.study()
    let jobs = TransferStudy.jobs(of: study.options)
    func records() throws -> RecordStore<TransferStudy> {
      let records = try RecordStore<TransferStudy>(in: url, digest: study.data.digest)
      try records.load(jobs)
      return records
    }
    let whole = try SmallTransfer.run().json
    let trainer = ReferenceTrainer<Float>.self
    #expect(try study.result(with: trainer, records: records()).json == whole)
    let never = StudyObserver(advanced: { _, _ in Issue.record("a job is done again") })
    let again = try study.result(with: trainer, records: records(), observer: never)
    #expect(try again.json == whole)
  }

  /// A changed option runs only what is new: more batch sizes leave the others' jobs as they are.
  @Test func `a job is determined by its own options alone`() {
    let some = Set(TransferStudy.jobs(of: SmallTransfer.options(batchSizes: [4], trials: 1)))
    let more = Set(TransferStudy.jobs(of: SmallTransfer.options(batchSizes: [4, 8], trials: 2)))
    #expect(some.isSubset(of: more))
    // Another smallest batch size has other matched averages, but for inference mode has none.
    let others = Set(TransferStudy.jobs(of: SmallTransfer.options(batchSizes: [2, 4], trials: 1)))
    #expect(
      some.intersection(others).map(\.activity).sorted() == [
        "batch 4, trial 1, inference mode", "pretraining",
      ])
  }
}
