import CommandLineTools
import Measurement
import OptimizedTraining
import ReferenceTraining
import TrainingCore

/// The reference and the optimized trainer, with different numbers of threads, at the same work.
struct EngineComparison {
  /// Who takes part; the reference is first.
  let engines: [Engine]
  private let workload: Workload
  private let works: [any TimedWork]

  /// Steps after which states are compared.
  private static let verifiedSteps = 3
  /// Long enough that the clock and the wake-up of threads don't matter.
  private static let sampleLength = Seconds(0.01)

  init(_ workload: Workload, threads: [Int]) throws(ModelError) {
    self.workload = workload
    engines = [.reference] + threads.map { .optimized(threads: $0) }
    var works: [any TimedWork] = []
    for engine in engines { works.append(try engine.begin(workload)) }
    self.works = works
  }

  /// Compares states after some steps, or the outputs for some batches, with the reference's bits.
  func verify(_ task: EngineTask) throws(CommandError) {
    switch task {
    case .training:
      for work in works { work.train(steps: Self.verifiedSteps) }
      let expected = works[0].state
      for (engine, work) in zip(engines, works) where work.state != expected {
        throw difference("states after \(Self.verifiedSteps) steps", of: engine)
      }
    case .inference:
      let expected = works[0].outputs(batches: Self.verifiedSteps)
      for (engine, work) in zip(engines, works)
      where work.outputs(batches: Self.verifiedSteps) != expected {
        throw difference("outputs", of: engine)
      }
    }
  }

  private func difference(_ what: String, of engine: Engine) -> CommandError {
    .failure(
      "\(workload.model.name), \(workload.optimizer.name), batch \(workload.batchSize): the \(what) "
        + "of the \(engine.name) trainer with threads: \(engine.threads) differ from the "
        + "reference's, so there is nothing to time; run swift test")
  }

  /// What was measured in the same rounds.
  struct Outcome {
    /// The times of a step or call, an engine each.
    let contest: Contest.Outcome
    /// The peak rate of multiply-adds by each number of threads that an engine has, FLOP/s.
    let peaks: [Int: Series]

    /// All series: times, how much sooner each engine is done than the reference, and peaks.
    var series: [Series] {
      let sooner = contest.times.indices.dropFirst().map { contest.ratio(of: 0, to: $0) }
      return contest.times + sooner + peaks.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  /// Times the engines' steps or calls in turn, and the peaks of multiply-adds among them.
  func time(_ task: EngineTask, _ rule: StoppingRule) throws -> Outcome {
    func labels(_ name: String, _ threads: Int) -> [String: String] {
      workload.labels(task, threads: threads, ["by": name])
    }
    let contenders = zip(engines, works).map { engine, work in
      Contest.Contender(labels: labels(engine.name, engine.threads)) {
        task == .training ? work.time(steps: $0) : work.time(calls: $0)
      }
    }
    let loops = Set(engines.map(\.threads)).sorted().map { MultiplyAddPeak(threads: $0) }
    let outcome = try Contest.run(
      contenders
        + loops.map { loop in
          Contest.Contender(labels: labels("peak", loop.threads)) { loop.time(iterations: $0) }
        }, rule, samplesLasting: Self.sampleLength, unit: task.unit)
    var peaks: [Int: Series] = [:]
    for (loop, times) in zip(loops, outcome.times.dropFirst(engines.count)) {
      peaks[loop.threads] = Series(
        times.labels, unit: "FLOP/s",
        samples: times.samples.map { Double(loop.operationsPerIteration) / $0 })
    }
    return Outcome(
      contest: Contest.Outcome(times: Array(outcome.times.prefix(engines.count))), peaks: peaks)
  }
}

/// A trainer at its work, whichever it is.
protocol TimedWork: AnyObject {
  /// Trains on the next batches, over and over through the images, as a training run does.
  func train(steps: Int)
  /// Runs the next batches forward in inference mode.
  func infer(calls: Int)
  /// Begins training again from the initial weights, with all memory that it needs.
  func restart() throws(ModelError)
  /// The trainer's state.
  var state: ModelState { get }
  /// The outputs for the first batches, one after the other.
  func outputs(batches: Int) -> [Float]
}

extension TimedWork {
  /// The time of a number of steps.
  func time(steps: Int) -> Seconds { Stopwatch.measure { train(steps: steps) }.time }

  /// The time of a number of calls.
  func time(calls: Int) -> Seconds { Stopwatch.measure { infer(calls: calls) }.time }
}

/// A trainer with a workload, and how far it has come.
final class TimedTrainer<SomeTrainer: Trainer>: TimedWork {
  private let workload: Workload
  private let plan: BatchPlan
  private lazy var batches = (0..<plan.count).map { Batch(plan[$0], of: workload.examples) }
  private let fresh: () throws(ModelError) -> SomeTrainer
  private var trainer: SomeTrainer
  private var steps = 0
  private var calls = 0
  /// Read by nobody, but kept where the compiler can't know that.
  private var lastOutput: Float = 0

  /// Begins with a trainer that is made anew for each restart.
  init(
    _ workload: Workload, _ fresh: @escaping () throws(ModelError) -> SomeTrainer
  ) throws(ModelError) {
    self.fresh = fresh
    trainer = try fresh()
    self.workload = workload
    plan = workload.plan
  }

  func restart() throws(ModelError) {
    trainer = try fresh()
    steps = 0
    infer(calls: 1)
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
    let configuration = workload.configuration
    let state = ModelState.initial(
      model: workload.model, optimizer: workload.optimizer, seed: configuration.seed)
    return switch self {
    case .reference:
      try TimedTrainer(workload) { () throws(ModelError) in
        try ReferenceTrainer<Float>(configuration, state: state)
      }
    case .optimized(let threads):
      try TimedTrainer(workload) { () throws(ModelError) in
        try OptimizedTrainer(configuration, state: state, threads: threads)
      }
    }
  }
}

extension MultiplyAddPeak {
  /// The time of a number of iterations.
  func time(iterations: Int) -> Seconds { Stopwatch.measure { run(iterations: iterations) }.time }
}
