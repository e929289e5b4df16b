import Measurement
import TrainingCore

/// A trained model by the published text's criteria, each with its unit and provenance.
package struct Evaluation: Codable, Sendable {
  /// The model's name.
  package var model: String
  /// Bytes of the weights in a file.
  package var bytes: Int
  /// Bytes of the weights in memory.
  package var bytesInMemory: Int
  /// Parameters and operations.
  package var cost: ModelCost
  /// The same for each layer.
  package var layers: [LayerCost]
  /// Images per forward pass, for latency and energy.
  package var batchSize: Int
  /// The data set's name.
  package var data: String
  /// The test images.
  package var images: Int
  /// The forward passes that were timed, copy by copy.
  package var latency: InferenceLatency
  /// All of these calls together, with what reading the clock costs.
  package var calls: LatencySummary
  /// Seconds per image, the mean over copies.
  package var secondsPerImage: Seconds
  /// Share of test images classified correctly.
  package var accuracy: Double
  /// Loss per test image, in nats.
  package var loss: Double
  /// Energy of an image's inference, by the best source there is.
  package var energy: EnergyRecord
  /// The same by the published text's model, from the latency alone.
  package var publishedEnergy: Estimate<Joules>
  /// What turns energy into CO₂-equivalent.
  package var carbonIntensity: CarbonIntensity
  /// CO₂-equivalent of an image's inference.
  package var carbon: Estimate<Grams>

  /// Evaluates a trainer.
  ///
  /// - Parameters:
  ///   - trainer: A trained model.
  ///   - configuration: What it was made with.
  ///   - bytes: Bytes of its weights in a file.
  ///   - test: Test images that fit it, at least one.
  ///   - data: The data set's name.
  ///   - batchSize: Images per forward pass, at most as many as there are.
  ///   - threads: The threads that a forward pass may use.
  ///   - seconds: How long latency is measured, and energy half as long.
  ///   - carbonIntensity: What turns energy into CO₂-equivalent.
  ///   - meter: What measures energy.
  /// - Throws: `ModelError` if copies of the trainer can't be made.
  package init(
    of trainer: some Trainer, _ configuration: RunConfiguration, bytes: Int, on test: Examples,
    of data: String, batchSize: Int, threads: Int? = nil, seconds: Seconds = Seconds(1),
    carbonIntensity: CarbonIntensity = .world, meter: EnergyMeter = EnergyMeter()
  ) throws(ModelError) {
    let tally = trainer.evaluate(test, batchSize: batchSize).total
    model = trainer.model.name
    self.bytes = bytes
    cost = ModelCost(of: trainer.model)
    bytesInMemory = cost.bytesInMemory
    layers = ModelCost.layers(of: trainer.model)
    self.batchSize = batchSize
    self.data = data
    images = test.count
    latency =
      InferenceLatency.measure(
        [try trainer.latencyCopies(configuration, threads: threads)], on: test,
        batchSize: batchSize, seconds: seconds)[0]
    calls = latency.calls(clockCost: Stopwatch.cost())
    secondsPerImage = latency.perImage
    accuracy = tally.accuracy
    loss = tally.loss.mean
    energy = trainer.inferenceEnergy(
      on: test, batchSize: batchSize, seconds: seconds / 2, meter: meter)
    publishedEnergy = EnergyModel.published.energy(for: .measured(secondsPerImage))
    self.carbonIntensity = carbonIntensity
    carbon = energy.carbon(at: carbonIntensity)
  }
}

extension InferenceLatency {
  /// The calls of all copies together.
  ///
  /// - Parameter clockCost: What reading the clock adds to each.
  /// - Returns: Their percentiles, which are those of these copies.
  func calls(clockCost: Seconds) -> LatencySummary {
    let sample = LatencySample(calls: copies.flatMap(\.calls)) ?? copies[0]
    return LatencySummary(sample, batchSize: batchSize, clockCost: clockCost)
  }
}

extension Trainer {
  /// The energy of an image's inference, over forward passes on one batch after the other.
  ///
  /// - Parameters:
  ///   - images: Images that fit the model, at least as many as a batch.
  ///   - batchSize: Images per forward pass.
  ///   - seconds: How long to go on; for one pass at least.
  ///   - meter: What measures it.
  /// - Returns: The energy of one image.
  func inferenceEnergy(
    on images: Examples, batchSize: Int, seconds: Seconds, meter: EnergyMeter
  ) -> EnergyRecord {
    let batches = stride(from: 0, through: images.count - batchSize, by: batchSize).prefix(64)
      .map { Batch($0..<$0 + batchSize, of: images) }
    var outputs = self.outputs(for: batches[0])
    var passes = 0
    let (_, energy) = meter.measure {
      let watch = Stopwatch()
      while passes == 0 || watch.elapsed < seconds {
        outputs = self.outputs(for: batches[passes % batches.count])
        passes += 1
      }
    }
    precondition(!outputs.isEmpty, "a forward pass has outputs")
    return energy.total / Double(passes * batchSize)
  }
}
