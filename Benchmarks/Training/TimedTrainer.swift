import CommandLineTools
import Measurement
import OptimizedTraining
import ReferenceTraining
import TrainingCore

/// A trainer at its work, whichever it is.
protocol TimedWork: AnyObject {
  /// Trains on the next batches, over and over through the images, as a training run does.
  func train(steps: Int)
  /// Runs the next batches forward in inference mode.
  func infer(calls: Int)
  /// The trainer's state.
  var state: ModelState { get }
  /// The outputs for the first batches, one after the other.
  func outputs(batches: Int) -> [Float]
}

extension TimedWork {
  /// The time of so many steps.
  func time(steps: Int) -> Seconds { Stopwatch.measure { train(steps: steps) }.time }

  /// The time of so many calls.
  func time(calls: Int) -> Seconds { Stopwatch.measure { infer(calls: calls) }.time }
}

/// A trainer with a workload, and how far it has come.
final class TimedTrainer<SomeTrainer: Trainer>: TimedWork {
  private let workload: Workload
  private let plan: BatchPlan
  private lazy var batches = (0..<plan.count).map { Batch(plan[$0], of: workload.examples) }
  private var trainer: SomeTrainer
  private var steps = 0
  private var calls = 0
  /// Read by nobody, but kept where the compiler can't know that.
  private var lastOutput: Float = 0

  init(_ trainer: SomeTrainer, _ workload: Workload) {
    self.trainer = trainer
    self.workload = workload
    plan = workload.plan
  }

  func train(steps count: Int) {
    for _ in 0..<count {
      let (epoch, batch) = steps.quotientAndRemainder(dividingBy: plan.count)
      _ = trainer.train(
        on: plan[batch], of: workload.examples, epoch: epoch, learningRate: workload.learningRate,
        upcoming: batch + 1 < plan.count ? plan[batch + 1] : [])
      steps += 1
    }
  }

  func infer(calls count: Int) {
    for _ in 0..<count {
      lastOutput = trainer.outputs(for: batches[calls % batches.count]).last ?? 0
      calls += 1
    }
  }

  var state: ModelState { trainer.state }

  func outputs(batches count: Int) -> [Float] {
    batches.prefix(count).flatMap { trainer.outputs(for: $0) }
  }
}

extension Engine {
  /// A trainer with initial weights.
  func begin(_ workload: Workload) throws(ModelError) -> any TimedWork {
    switch self {
    case .reference:
      TimedTrainer(try ReferenceTrainer<Float>(workload.configuration), workload)
    case .optimized(let threads):
      TimedTrainer(try OptimizedTrainer(workload.configuration, threads: threads), workload)
    }
  }
}
