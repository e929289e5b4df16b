import CommandLineTools
import Measurement
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
          Contest.Contender(labels: labels("peak", loop.threads)) { iterations in
            Stopwatch.measure { loop.run(iterations: iterations) }.time
          }
        }, rule, samplesLasting: Self.sampleLength, unit: task == .training ? "step" : "call")
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
