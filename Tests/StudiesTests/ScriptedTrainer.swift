import Synchronization
import TrainingCore

/// A trainer whose losses and hits are given, so that figures can be worked out by hand.
///
/// In training every sample of the k-th step, from 1, has the loss k. In tests a sample's loss is
/// its index, and only images of class 1 are classified correctly.
struct ScriptedTrainer: OnlineSelectionTrainer, TransferTrainer {
  let model: ModelSpec
  private(set) var steps = 0
  private var name = 0
  private var log: PassLog?

  init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    model = configuration.model
  }

  init(_ model: ModelSpec, name: Int, log: PassLog) {
    self.model = model
    self.name = name
    self.log = log
  }

  var state: ModelState {
    ModelState(parameters: [], statistics: [], slots: [], steps: steps)
  }

  mutating func accumulateGradient(of batch: Batch) -> Tally {
    var tally = Tally()
    for _ in batch.samples { tally.add(loss: Double(steps + 1), isCorrect: false) }
    return tally
  }

  mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    var tally = Tally()
    for _ in batch.samples { tally.add(loss: Double(steps + 1), isCorrect: false) }
    return tally
  }

  var gradient: [Tensor] { [] }

  var latestStatistics: [Tensor] { [] }

  mutating func measureStatistics(over examples: Examples) {}

  mutating func takeGradient(from other: ScriptedTrainer) {}

  mutating func step(learningRate: Double, batchSize: Int) { steps += 1 }

  func outputs(for batch: Batch) -> [Float] {
    log?.append(PassLog.Pass(trainer: name, samples: batch.samples))
    return [0]
  }

  func evaluate(_ batch: Batch) -> Tally {
    var tally = Tally()
    for (sample, label) in zip(batch.samples, batch.labels) {
      tally.add(loss: Double(sample), isCorrect: label == 1)
    }
    return tally
  }
}

/// The forward passes of some trainers in their order.
final class PassLog: Sendable {
  struct Pass: Equatable {
    let trainer: Int
    let samples: [Int]
  }

  private let logged = Mutex<[Pass]>([])

  var passes: [Pass] { logged.withLock { $0 } }

  func append(_ pass: Pass) { logged.withLock { $0.append(pass) } }
}
