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

  /// How many copies are made.
  static let copyCount = 4

  /// Gathers a latency.
  ///
  /// - Parameters:
  ///   - batchSize: Images per forward pass.
  ///   - copies: The forward passes of each copy, at least one.
  package init(batchSize: Int, copies: [LatencySample]) {
    self.batchSize = batchSize
    self.copies = copies
  }

  /// The mean over the copies of the median seconds per image.
  package var perImage: Seconds {
    Seconds(medians.reduce(0, +) / Double(medians.count))
  }

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
  /// - Parameters:
  ///   - models: For each model, copies of it; at least one.
  ///   - images: Images that fit them, at least as many as a batch.
  ///   - batchSize: Images per forward pass.
  ///   - seconds: How long it measures, all models together.
  /// - Returns: For each model, its latency.
  static func measure(
    _ models: [[some Trainer]], on images: Examples, batchSize: Int, seconds: Seconds
  ) -> [InferenceLatency] {
    let trainers = models.flatMap { $0 }
    let batches = stride(from: 0, through: images.count - batchSize, by: batchSize).prefix(64)
      .map { Batch($0..<$0 + batchSize, of: images) }
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
  /// Copies of the trainer whose weights lie elsewhere in memory, the trainer itself among them.
  ///
  /// - Parameters:
  ///   - configuration: What the trainer was made with.
  ///   - threads: The threads that a copy may use.
  /// - Returns: As many as a latency is measured on.
  /// - Throws: `ModelError` as its initializer does.
  func latencyCopies(
    _ configuration: RunConfiguration, threads: Int?
  ) throws(ModelError) -> [Self] {
    let state = self.state
    var copies = [self]
    while copies.count < InferenceLatency.copyCount {
      copies.append(try Self(configuration, state: state, threads: threads))
    }
    return copies
  }
}
