import ReferenceTraining
import TrainingCore

/// Steps of a real optimizer whose gradients are all taken at the first weights.
///
/// Laws of learning rates hold exactly while the gradient stays what it is, so this keeps it: each
/// gradient is computed at the first weights, and the step taken from the present ones.
public struct FrozenGradientRun: Sendable {
  private let subject: Subject
  private let origin: [Parameters<Double>]
  private var trainer: ReferenceTrainer<Double>

  /// Creates a run from a subject's weights.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - optimizer: The optimizer, which starts without memory.
  ///   - clipNorm: The largest norm of a mean gradient, or nil for no clipping.
  /// - Throws: What making the trainer throws.
  public init(
    _ subject: Subject, optimizer: OptimizerSpec, clipNorm: Double? = nil
  ) throws(ModelError) {
    self.subject = subject
    var configuration = subject.configuration
    configuration.optimizer = optimizer
    configuration.clipNorm = clipNorm
    let fresh = ModelState.initial(
      model: configuration.model, optimizer: optimizer, seed: configuration.seed)
    trainer = try ReferenceTrainer(
      configuration,
      state: ModelState(
        parameters: subject.state.parameters, statistics: subject.state.statistics,
        slots: fresh.slots))
    origin = trainer.parameters
  }

  /// The present weights.
  public var weights: ParameterVector { ParameterVector(trainer.parameters) }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - parts: Parts of the batch, whose gradients are accumulated in this order; none for a
  ///     gradient of zero.
  ///   - learningRate: The learning rate.
  ///   - batchSize: What the accumulated gradient is divided by.
  public mutating func step(on parts: [Range<Int>], learningRate: Double, batchSize: Int) {
    let weights = trainer.parameters
    trainer.parameters = origin
    for part in parts { trainer.accumulate(subject.part(part)) }
    trainer.parameters = weights
    trainer.step(learningRate: learningRate, batchSize: batchSize)
  }

  /// Takes a step on one part, by the gradient of its mean loss.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - learningRate: The learning rate.
  public mutating func step(on part: Range<Int>, learningRate: Double) {
    step(on: [part], learningRate: learningRate, batchSize: part.count)
  }
}
