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

  /// Trains for some steps and compares all states with the reference's, bit for bit.
  func verifyTraining() throws(CommandError) {
    for work in works { work.train(steps: Self.verifiedSteps) }
    let expected = works[0].state
    for (engine, work) in zip(engines, works) where work.state != expected {
      throw difference("states after \(Self.verifiedSteps) steps", of: engine)
    }
  }

  /// Compares the outputs for some batches with the reference's, bit for bit.
  func verifyInference() throws(CommandError) {
    let expected = works[0].outputs(batches: Self.verifiedSteps)
    for (engine, work) in zip(engines, works)
    where work.outputs(batches: Self.verifiedSteps) != expected {
      throw difference("outputs", of: engine)
    }
  }

  private func difference(_ what: String, of engine: Engine) -> CommandError {
    .failure(
      "\(workload.model.name), \(workload.optimizer.name), batch \(workload.batchSize): the \(what) "
        + "of the \(engine.name) trainer with threads: \(engine.threads) differ from the "
        + "reference's, so there is nothing to time; run swift test")
  }

  func timeTraining(_ rule: StoppingRule) throws -> Contest.Outcome {
    try Contest.run(
      contenders(["task": "training", "optimizer": workload.optimizer.name]) { $0.time(steps: $1) },
      rule,
      samplesLasting: Self.sampleLength, unit: "step")
  }

  func timeInference(_ rule: StoppingRule) throws -> Contest.Outcome {
    try Contest.run(
      contenders(["task": "inference"]) { $0.time(calls: $1) }, rule,
      samplesLasting: Self.sampleLength,
      unit: "call")
  }

  private func contenders(
    _ labels: [String: String], time: @escaping (any TimedWork, Int) -> Seconds
  ) -> [Contest.Contender] {
    zip(engines, works).map { engine, work in
      let own = [
        "model": workload.model.name, "batch": String(workload.batchSize), "by": engine.name,
        "threads": String(engine.threads),
      ]
      return Contest.Contender(labels: own.merging(labels) { $1 }) { time(work, $0) }
    }
  }

  /// How much sooner each engine is done than the reference.
  func ratios(in outcome: Contest.Outcome) -> [Series] {
    engines.indices.dropFirst().map { outcome.ratio(of: 0, to: $0) }
  }
}
