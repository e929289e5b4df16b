import CommandLineTools
import Measurement
import TrainingCore

/// Forward passes of several copies of several models, in turn.
///
/// A turn is two passes on different images, of which the second is timed: the first brings the
/// copy's weights back into the caches that the others have used since. The copies of a model are
/// made in turn with those of the others, so that none lie together in memory.
struct LatencyContest<T: Trainer> {
  /// For each model its copies.
  let models: [[T]]
  /// The inputs, which calls rotate through.
  let batches: [Batch]

  /// Turns of each copy that aren't timed, to warm up threads and the processor's clock.
  static var warmUpRounds: Int { 3 }

  /// Loads copies of trained states and puts the images into batches.
  init(
    _ states: [ModelState], _ configuration: RunConfiguration, copies: Int, threads: Int,
    _ workload: Workload
  ) throws(ModelError) {
    var models: [[T]] = states.map { _ in [] }
    for _ in 0..<copies {
      for (index, state) in states.enumerated() {
        models[index].append(try T(configuration, state: state, threads: threads))
      }
    }
    self.models = models
    let plan = workload.plan
    batches = (0..<plan.count).map { Batch(plan[$0], of: workload.examples) }
  }

  /// Compares the outputs of every copy with the reference's, bit for bit, on the first batch.
  func verify(against expected: [[Float]]) throws(CommandError) {
    for (copies, outputs) in zip(models, expected) {
      for copy in copies where copy.outputs(for: batches[0]) != outputs {
        throw .failure(
          "\(copy.model.name), batch \(batches[0].count): a copy's outputs differ from the "
            + "reference's, so there is nothing to time; run swift test")
      }
    }
  }

  /// Times every call of each copy of each model, for seven rounds at least.
  ///
  /// No round starts after `limit`; `willCall` is told the model, the copy and the batch before each
  /// call.
  func measure(
    limit: Seconds, mostRounds: Int = 500,
    willCall: (_ model: Int, _ copy: Int, _ batch: Int) -> Void = { _, _, _ in }
  ) throws -> [[[Seconds]]] {
    var times: [[[Seconds]]] = models.map { $0.map { _ in [] } }
    var call = 0
    var outputs: [Float] = []
    func pass(_ model: Int, _ copy: Int) -> Seconds {
      call += 1
      willCall(model, copy, call % batches.count)
      let batch = batches[call % batches.count]
      let trainer = models[model][copy]
      let watch = Stopwatch()
      outputs = trainer.outputs(for: batch)
      return watch.elapsed
    }
    func round(_ record: Bool) {
      for copy in models[0].indices {
        for model in models.indices {
          _ = pass(model, copy)
          let time = pass(model, copy)
          if record { times[model][copy].append(time) }
        }
      }
    }
    for _ in 0..<Self.warmUpRounds { round(false) }
    let watch = Stopwatch()
    for count in 0..<mostRounds {
      guard count < StoppingRule(timeLimit: limit).minimumRounds || watch.elapsed < limit else {
        break
      }
      try Rounds.requireNoInterrupt()
      round(true)
    }
    precondition(!outputs.isEmpty, "a forward pass has outputs")
    return times
  }
}
