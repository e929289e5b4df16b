import Measurement
import TrainingCore

/// A trained model by the published text's criteria, each with its unit and provenance.
package struct Evaluation: Codable, Sendable {
  package var model: String
  /// Bytes of the weights in a file.
  package var bytes: Int
  /// Bytes of the weights in memory.
  package var bytesInMemory: Int
  package var cost: ModelCost
  package var layers: [LayerCost]
  /// Images per forward pass, for latency and energy.
  package var batchSize: Int
  /// The data set's name.
  package var data: String
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
  /// Why that isn't measured; nil where it is.
  package var energyObstacle: String?
  /// The same by the published text's model, from the latency alone.
  package var publishedEnergy: Estimate<Joules>
  package var carbonIntensity: CarbonIntensity
  /// CO₂-equivalent of an image's inference.
  package var carbon: Estimate<Grams>

  /// Evaluates a trainer that was made with a configuration, on test images that fit it.
  ///
  /// `bytes` are those of its weights in a file, and `data` is the images' name. A forward pass has
  /// `batchSize` images, at most as many as there are. Latency is measured for `seconds`, energy for
  /// half of that. It throws `ModelError` if copies of the trainer can't be made.
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
    let calls = LatencySample(calls: latency.copies.flatMap(\.calls)) ?? latency.copies[0]
    self.calls = LatencySummary(calls, batchSize: batchSize, clockCost: Stopwatch.cost())
    secondsPerImage = latency.perImage
    accuracy = tally.accuracy
    loss = tally.meanLoss
    (energy, energyObstacle) = trainer.inferenceEnergy(
      on: test, batchSize: batchSize, seconds: seconds / 2, meter: meter)
    publishedEnergy = EnergyModel.published.energy(for: .measured(secondsPerImage))
    self.carbonIntensity = carbonIntensity
    carbon = energy.carbon(at: carbonIntensity)
  }
}

extension Trainer {
  /// The energy of an image's inference, over forward passes on one batch after the other.
  ///
  /// The images fit the model; there is one pass at least. Where there is no figure, as while other
  /// programs take the processors, it tries five times. With it comes why it isn't measured; nil where
  /// it is.
  func inferenceEnergy(
    on images: Examples, batchSize: Int, seconds: Seconds, meter: EnergyMeter
  ) -> (perImage: EnergyRecord, obstacle: String?) {
    let batches = images.firstBatches(of: batchSize)
    var outputs = self.outputs(for: batches[0])
    var (attempts, passes) = (0, 0)
    var energy: EnergyReport
    repeat {
      (attempts, passes) = (attempts + 1, 0)
      energy =
        meter.measure {
          let watch = Stopwatch()
          while passes == 0 || watch.elapsed < seconds {
            outputs = self.outputs(for: batches[passes % batches.count])
            passes += 1
          }
        }.energy
    } while energy.total.joules == nil && attempts < 5
    precondition(!outputs.isEmpty, "a forward pass has outputs")
    return (energy.total / Double(passes * batchSize), energy.obstacle)
  }
}
