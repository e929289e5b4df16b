import Datasets
import Files
import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

/// One fingerprint for a model and an optimizer, however it is come by.
///
/// Eight steps on embedded images of clothing, two epochs of four shuffled batches of 24: on either
/// trainer, on any number of threads, with every batch cut into parts, and taken apart into a
/// checkpoint and put together again. The table is committed, so that the fingerprint is also that
/// of debug and release builds, of every instruction level (`BATCHWISE_CPU`), of every processor and
/// of yesterday: the same suite with the same table runs there.
@Suite struct CommittedFingerprintTests {
  private static let images = Result {
    try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric).training
      .selecting(0..<96)
  }
  private static let batchSize = 24
  private static let epochs = 2

  /// A row's run, before its first step.
  private struct Setting {
    let configuration: RunConfiguration
    let training: Examples
    let expected: String

    init(_ row: FingerprintRow) throws {
      var configuration = RunConfiguration(
        model: try ModelSpec(spelled: row.model), optimizer: row.optimizer,
        schedule: LearningRateSchedule(base: 0.01), batchSize: batchSize, seed: 20_241_224)
      configuration.clipNorm = row.clipNorm
      self.configuration = configuration
      training = try configuration.model.fitting(CommittedFingerprintTests.images.get())
      expected = row.fingerprint
    }

    func run<T: Trainer>(_ trainer: T) -> String {
      var run = TrainingRun(trainer, configuration)
      for _ in 0..<epochs { _ = run.runEpoch(training: training, validation: nil) }
      return Fingerprint(of: run.trainer.state).description
    }

    /// The same run with every batch accumulated in parts.
    func run<T: Trainer>(_ trainer: T, sizes: [Int]) -> String {
      var trainer = trainer
      for epoch in 0..<epochs {
        let plan = configuration.plan(epoch: epoch, count: training.count)
        for index in 0..<plan.count {
          var rest = plan[index]
          for size in sizes {
            _ = trainer.accumulateGradient(
              of: Batch(rest.prefix(size), of: training, epoch: epoch))
            rest = rest.dropFirst(size)
          }
          trainer.step(learningRate: configuration.schedule.base, batchSize: batchSize)
        }
      }
      // A part counts as a batch that the moving averages have seen, if there are any.
      var state = trainer.state
      if state.batchesTracked > 0 { state.batchesTracked = state.steps }
      return Fingerprint(of: state).description
    }
  }

  private func row(_ index: Int) -> FingerprintRow { FingerprintRow.table[index] }

  @Test(arguments: FingerprintRow.table.indices)
  func `the reference has the committed fingerprint`(_ index: Int) throws {
    let setting = try Setting(row(index))
    let fingerprint = setting.run(try ReferenceTrainer<Float>(setting.configuration))
    #expect(fingerprint == setting.expected, "row \(index), \(row(index)), has \(fingerprint)")
  }

  @Test(arguments: FingerprintRow.table.indices)
  func `any number of threads has the committed fingerprint`(_ index: Int) throws {
    let setting = try Setting(row(index))
    for threads in 1...8 {
      let trainer = try OptimizedTrainer(setting.configuration, threads: threads)
      #expect(setting.run(trainer) == setting.expected, "\(row(index)), \(threads) threads")
    }
  }

  /// Every split, where no layer couples samples; with ghost groups of 8, those that keep them.
  @Test(arguments: FingerprintRow.table.indices)
  func `any split into micro-batches has the committed fingerprint`(_ index: Int) throws {
    let setting = try Setting(row(index))
    var splits = [[12, 12], [23, 1], [5, 8, 11], Array(repeating: 1, count: 24)]
    for case .batchNorm(let spec) in setting.configuration.model.layers {
      splits = spec.groupSize == nil ? [[24]] : [[8, 16], [8, 8, 8]]
    }
    for sizes in splits {
      let reference = try ReferenceTrainer<Float>(setting.configuration)
      #expect(setting.run(reference, sizes: sizes) == setting.expected, "\(row(index)) in \(sizes)")
      let optimized = try OptimizedTrainer(setting.configuration, threads: 2)
      #expect(setting.run(optimized, sizes: sizes) == setting.expected, "\(row(index)) in \(sizes)")
    }
  }

  /// Stopped in the first epoch, at its end and in the second, each time written as a checkpoint
  /// file and read again, with the two trainers taking turns.
  @Test(arguments: FingerprintRow.table.indices)
  func `a resumed run has the committed fingerprint`(_ index: Int) throws {
    let setting = try Setting(row(index))
    var checkpoint = Checkpoint(
      configuration: setting.configuration, progress: RunProgress(),
      state: .initial(
        model: setting.configuration.model, optimizer: setting.configuration.optimizer,
        seed: setting.configuration.seed),
      data: DataDescription(
        name: "fashion-mnist-10k", normalization: "symmetric", validationFraction: 0,
        split: "random", trainingCount: setting.training.count))
    for (turn, stop) in [3, 4, 7, 8].enumerated() {
      checkpoint =
        try turn.isMultiple(of: 2)
        ? resume(ReferenceTrainer<Float>.self, checkpoint, until: stop, setting)
        : resume(OptimizedTrainer.self, checkpoint, until: stop, setting)
      #expect(checkpoint.state.steps == stop)
    }
    #expect(Fingerprint(of: checkpoint.state).description == setting.expected, "\(row(index))")
  }

  private func resume<T: Trainer>(
    _ type: T.Type, _ checkpoint: Checkpoint, until stop: Int, _ setting: Setting
  ) throws -> Checkpoint {
    let file = try Safetensors(checkpoint.safetensors().encoded(), path: "memory")
    var resumed = try Checkpoint(file, path: "memory")
    let trainer = try T(resumed.configuration, state: resumed.state, threads: 2)
    var run = TrainingRun(trainer, resumed.configuration, progress: resumed.progress)
    while run.trainer.steps < stop {
      let before = run.trainer.steps
      _ = run.runEpoch(training: setting.training, validation: nil) { _ in false }
      try #require(run.trainer.steps == before + 1)
    }
    resumed.state = run.trainer.state
    resumed.progress = run.progress
    return resumed
  }

  @Test func `no two rows have the same fingerprint`() {
    let fingerprints = FingerprintRow.table.map(\.fingerprint)
    #expect(Set(fingerprints).count == fingerprints.count)
    #expect(fingerprints.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{16}/) != nil })
  }
}
