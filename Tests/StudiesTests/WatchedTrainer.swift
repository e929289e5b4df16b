import ReferenceTraining
import Synchronization
import TrainingCore

/// The reference trainer, with a log of what it is asked.
struct WatchedTrainer: OnlineSelectionTrainer, TransferTrainer {
  /// What was asked, and the state behind it.
  enum Event {
    case created(RunConfiguration, ModelState)
    case trained(samples: [Int], latest: [Tensor], state: ModelState)
    case measured(images: Int, state: ModelState)
    case evaluated(images: Int, state: ModelState)
  }

  /// The events of the trainers that one thread creates.
  final class Log: Sendable {
    private let logged = Mutex<[Event]>([])

    var events: [Event] { logged.withLock { $0 } }

    func append(_ event: Event) { logged.withLock { $0.append(event) } }
  }

  @TaskLocal static var log: Log?

  private var trainer: ReferenceTrainer<Float>
  private let own: Log?

  init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    trainer = try ReferenceTrainer<Float>(configuration, state: state, threads: threads)
    own = Self.log
    own?.append(.created(configuration, trainer.state))
  }

  var model: ModelSpec { trainer.model }
  var steps: Int { trainer.steps }
  var state: ModelState { trainer.state }
  var latestStatistics: [Tensor] { trainer.latestStatistics }
  var gradient: [Tensor] { trainer.gradient }

  mutating func accumulateGradient(of batch: Batch) -> Tally {
    trainer.accumulateGradient(of: batch)
  }

  mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    trainer.trainingTally(of: batch, updatesAverages: updatesAverages)
  }

  mutating func takeGradient(from other: WatchedTrainer) {
    trainer.takeGradient(from: other.trainer)
  }

  mutating func step(learningRate: Double, batchSize: Int) {
    trainer.step(learningRate: learningRate, batchSize: batchSize)
  }

  mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    let tally = trainer.train(
      on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: upcoming)
    own?.append(
      .trained(samples: Array(samples), latest: trainer.latestStatistics, state: trainer.state))
    return tally
  }

  mutating func measureStatistics(over examples: Examples) {
    trainer.measureStatistics(over: examples)
    own?.append(.measured(images: examples.count, state: trainer.state))
  }

  func outputs(for batch: Batch) -> [Float] { trainer.outputs(for: batch) }

  func evaluate(_ batch: Batch) -> Tally {
    own?.append(.evaluated(images: batch.count, state: trainer.state))
    return trainer.evaluate(batch)
  }
}
