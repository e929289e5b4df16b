import Foundation
import ReferenceTraining
import Testing
import TrainingCore
@testable import Files

/// A run that went through a file is the run that never did.
@Suite final class ResumeTests {
  private let root = FileManager.default.temporaryDirectory
    .appending(path: "ResumeTests-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: root) }

  private static func examples(_ count: Int, seed: UInt64) -> Examples {
    let field = RandomField(seed: seed, purpose: .initialWeights, layer: 1 << 20)
    return Examples(
      shape: ImageShape(height: 1, width: 1, channels: 6), classCount: 3,
      inputs: (0..<6 * count).map { Float(field.words(quad: $0)[0]) * 0x1p-31 - 1 },
      labels: (0..<count).map { UInt8(field.words(quad: 6 * count + $0)[0] % 3) })
  }

  /// Saved, loaded and gone on with after every batch, with all that a run can remember: momentum
  /// and moments, moving averages, masks, warm-up, plateau and batch size, and the epoch's sums.
  @Test(
    arguments: CheckpointSamples.optimizers,
    ["mlp:6-8-3", "mlp:6-8-3+batchnorm+dropout0.25", "mlp:6-8-3+ghost3+tanh"])
  func aResumedRunIsTheRunThatWasNeverInterrupted(
    _ optimizer: OptimizerSpec, _ name: String
  ) throws {
    var configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: optimizer,
      schedule: LearningRateSchedule(
        base: 0.02, warmUpSteps: 6, decay: .plateau(patience: 0, factor: 0.5, threshold: 0.5)),
      batchSize: 8, seed: .max)
    configuration.clipNorm = 0.5
    configuration.change(batchSize: 15, afterEpochs: 1)
    let training = Self.examples(30, seed: 1)
    let validation = Self.examples(10, seed: 2)
    var whole = TrainingRun(try ReferenceTrainer<Float>(configuration), configuration)
    for _ in 0..<3 { _ = whole.runEpoch(training: training, validation: validation) }
    #expect(whole.progress.plateau.reductions > 0)

    let folder = try OutputFolder(root)
    let path = root.appending(path: Checkpoint.fileName).path
    let data = DataDescription(
      name: "d", normalization: "none", validationFraction: 0.25, split: "last",
      trainingCount: training.count)
    var run = TrainingRun(try ReferenceTrainer<Float>(configuration), configuration)
    var loads = 0
    while run.progress.epochs < 3 {
      _ = run.runEpoch(training: training, validation: validation) { _ in false }
      try Checkpoint(
        configuration: configuration, progress: run.progress, state: run.trainer.state, data: data
      ).save(to: folder)
      let loaded = try Checkpoint(contentsOf: path)
      #expect(loaded.configuration == configuration && loaded.data == data)
      run = TrainingRun(
        try ReferenceTrainer<Float>(loaded.configuration, state: loaded.state),
        loaded.configuration, progress: loaded.progress)
      loads += 1
    }
    #expect(loads == 8)
    #expect(stateBits(run.trainer.state) == stateBits(whole.trainer.state))
    #expect(Fingerprint(of: run.trainer.state) == Fingerprint(of: whole.trainer.state))
    #expect(run.progress.withoutTimes == whole.progress.withoutTimes)
  }

  /// Counters as large as a file may have them go on counting.
  @Test func theLargestCountersGoOn() throws {
    var checkpoint = try CheckpointSamples.checkpoint("mlp:6-5-3+batchnorm", .adam(AdamSpec()))
    checkpoint.progress.plateau.reductions = 1 << 24
    checkpoint.progress.plateau.epochsWithoutProgress = 1 << 24
    checkpoint.configuration.schedule.warmUpSteps = .max
    checkpoint.state.steps = 1 << 48
    checkpoint.state.batchesTracked = 1 << 48
    let loaded = try Checkpoint(checkpoint.safetensors(), path: "x")
    var run = TrainingRun(
      try ReferenceTrainer<Float>(loaded.configuration, state: loaded.state),
      loaded.configuration, progress: loaded.progress)
    #expect(run.runEpoch(training: Self.examples(18, seed: 3), validation: nil) != nil)
    #expect(run.trainer.state.steps == (1 << 48) + 2)
    checkpoint.state.steps += 1
    #expect(CheckpointSamples.problem(try checkpoint.safetensors()) != nil)
  }
}
