import Measurement
import TrainingCore

/// A trained model by the published text's criteria, each with its unit and provenance.
public struct Evaluation: Codable, Sendable {
  /// The model's name.
  public var model: String
  /// Bytes of the weights in a file.
  public var bytes: Int
  /// Parameters and operations.
  public var cost: ModelCost
  /// Images per forward pass, for latency.
  public var batchSize: Int
  /// The data set's name.
  public var data: String
  /// The test images.
  public var images: Int
  /// The forward passes that were timed.
  public var latency: InferenceLatency
  /// Seconds per image.
  public var secondsPerImage: Seconds
  /// Share of test images classified correctly.
  public var accuracy: Double
  /// Loss per test image, in nats.
  public var loss: Double
  /// Energy of one inference.
  public var energy: Estimate<Joules>
  /// CO₂-equivalent of one inference.
  public var carbon: Estimate<Grams>

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
  ///   - seconds: How long latency is measured.
  /// - Throws: `ModelError` if copies of the trainer can't be made.
  public init(
    of trainer: some Trainer, _ configuration: RunConfiguration, bytes: Int, on test: Examples,
    of data: String, batchSize: Int, threads: Int? = nil,
    seconds: Seconds = Seconds(1)
  ) throws(ModelError) {
    var tally = Tally()
    for batch in trainer.evaluate(test, batchSize: batchSize) { tally.add(batch) }
    model = trainer.model.name
    self.bytes = bytes
    cost = ModelCost(of: trainer.model)
    self.batchSize = batchSize
    self.data = data
    images = test.count
    latency =
      InferenceLatency.measure(
        [try trainer.latencyCopies(configuration, threads: threads)], on: test,
        batchSize: batchSize,
        seconds: seconds)[0]
    secondsPerImage = latency.perImage
    accuracy = tally.accuracy
    loss = tally.loss.mean
    energy = EnergyModel.published.energy(for: .measured(secondsPerImage))
    carbon = EnergyModel.published.carbon(for: .measured(secondsPerImage))
  }
}
