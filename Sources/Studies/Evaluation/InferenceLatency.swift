import Measurement
import Statistics
import TrainingCore

/// How long a model's forward pass takes, measured on several copies of the model.
///
/// Copies of one and the same model differ in nothing but where their weights lie in memory, and
/// in how the processor's caches take to that: by ten per cent and more, and consistently for as
/// long as a copy lives. What one copy shows is luck, so the figure is the mean over copies, and
/// its interval is that of the copies.
package struct InferenceLatency: Codable, Hashable, Sendable {
  /// Images per forward pass.
  package var batchSize: Int
  /// The forward passes of each copy, at least one.
  package var copies: [LatencySample]

  /// The mean over the copies of the median seconds per image.
  package var perImage: Seconds { Seconds(TrialMean(medians)?.mean ?? .nan) }

  /// The 95 % interval of that mean; nil for a single copy.
  package var interval: Interval<Seconds>? {
    TrialMean(medians)?.interval()?.map { Seconds(max($0, 0)) }
  }

  /// The slowest copy's median over the fastest's.
  package var placementEffect: Double {
    (medians.max() ?? 1) / (medians.min() ?? 1)
  }

  private var medians: [Double] { copies.map { $0.median.value / Double(batchSize) } }
}

extension InferenceLatency {
  /// Times forward passes of trained models in turn, each on other images than the one before.
  ///
  /// Taking turns spreads whatever else the machine does over all of them alike, so that their
  /// times can be compared. A turn begins with a pass that isn't timed, which brings the weights
  /// back into the caches.
  ///
  /// Each model has at least one copy. The images fit them; `seconds` are for all models together.
  static func measure(
    _ models: [[some Trainer]], on images: Examples, batchSize: Int, seconds: Seconds
  ) -> [InferenceLatency] {
    let trainers = models.flatMap { $0 }
    let batches = images.firstBatches(of: batchSize)
    var outputs: [Float] = []
    func pass(_ trainer: some Trainer, _ round: Int) -> Seconds {
      let watch = Stopwatch()
      outputs = trainer.outputs(for: batches[round % batches.count])
      return watch.elapsed
    }
    var times: [[Seconds]] = trainers.map { _ in [] }
    let watch = Stopwatch()
    let mostRounds = 500
    for round in 0..<mostRounds where round == 0 || watch.elapsed < seconds {
      for index in trainers.indices {
        _ = pass(trainers[index], 2 * round)
        times[index].append(pass(trainers[index], 2 * round + 1))
      }
    }
    precondition(!outputs.isEmpty, "a forward pass has outputs")
    var samples = times.compactMap(LatencySample.init(calls:))[...]
    return models.map { copies in
      defer { samples = samples.dropFirst(copies.count) }
      return InferenceLatency(batchSize: batchSize, copies: Array(samples.prefix(copies.count)))
    }
  }
}

extension Trainer {
  /// The trainer and three copies, whose weights lie elsewhere in memory, to measure latency on.
  func latencyCopies(
    _ configuration: RunConfiguration, threads: Int?
  ) throws(ModelError) -> [Self] {
    let state = self.state
    var copies = [self]
    for _ in 0..<3 { copies.append(try Self(configuration, state: state, threads: threads)) }
    return copies
  }
}

extension Examples {
  /// The first 64 whole batches, or all; of fewer images than a batch, one in which they repeat.
  func firstBatches(of size: Int) -> [Batch] {
    guard size <= count else { return [Batch((0..<size).map { $0 % count }, of: self)] }
    return stride(from: 0, through: count - size, by: size).prefix(64).map {
      Batch($0..<$0 + size, of: self)
    }
  }
}
