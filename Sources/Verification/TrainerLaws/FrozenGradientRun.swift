import Foundation
import TrainingCore

/// Steps of a trainer whose gradients are all taken at the first weights.
///
/// Laws of learning rates hold exactly while the gradient stays what it is, so this keeps it. For
/// each step it makes a trainer at the first weights, with what the optimizer remembers by now, and
/// adds up how far each step goes. That works with any trainer, and the learning rate may be so
/// large that the rounding of the weights doesn't hide a step.
public struct FrozenGradientRun<T: SteppingTrainer> {
  private let subject: Subject
  private let configuration: RunConfiguration
  /// Weights, moving averages, and what the optimizer remembers.
  private var state: ModelState
  /// The first weights.
  public let origin: ParameterVector
  /// The sum of the steps' displacements.
  public private(set) var displacement: ParameterVector
  /// How far roundings of the weights may have taken it.
  public private(set) var roundings: ParameterVector

  /// What a step was made of.
  public struct Step {
    /// The gradient of the sum of the losses, as the trainer tells it.
    public let gradient: ParameterVector
    /// The trainer's state after the step.
    public let state: ModelState
    /// Steps that the trainer says it has taken.
    public let steps: Int
    /// Whether the trainer's gradient is zero after the step.
    public let isCleared: Bool
  }

  /// Creates a run from a subject's weights and a cold start of the optimizer.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - trainer: The trainer.
  ///   - optimizer: The optimizer, or nil for the subject's.
  ///   - clipNorm: The largest norm of a mean gradient, or nil for no clipping.
  public init(
    _ subject: Subject, of trainer: T.Type, optimizer: OptimizerSpec? = nil,
    clipNorm: Double? = nil
  ) {
    self.subject = subject
    var configuration = subject.configuration
    configuration.optimizer = optimizer ?? configuration.optimizer
    configuration.clipNorm = clipNorm
    self.configuration = configuration
    state = configuration.coldState(subject.state)
    origin = ParameterVector(subject.state.parameters.numbers)
    displacement = .zeros(like: origin)
    roundings = displacement
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - parts: Parts of the batch, whose gradients are accumulated in this order; none for a
  ///     gradient of zero.
  ///   - learningRate: The learning rate.
  ///   - batchSize: What the accumulated gradient is divided by.
  /// - Returns: What the step was made of.
  /// - Throws: What making the trainer throws.
  @discardableResult
  public mutating func step(
    on parts: [Range<Int>], learningRate: Double, batchSize: Int
  ) throws(ModelError) -> Step {
    var trainer = try T(configuration, state: state, threads: subject.threads)
    for part in parts { _ = trainer.accumulateGradient(of: subject.part(part)) }
    let parameters = subject.state.parameters
    let gradient = ParameterVector(trainer.gradient.shaped(like: parameters).numbers)
    trainer.step(learningRate: learningRate, batchSize: batchSize)
    let after = trainer.state
    let weights = after.parameters.shaped(like: parameters).numbers
    let unit = RoundingBounds.unitRoundoff(of: Float.self)
    for index in weights.indices {
      displacement.values[index] += weights[index] - origin.values[index]
      roundings.values[index] +=
        2 * unit
        * max(
          weights[index].magnitude, origin.values[index].magnitude)
    }
    state.slots = after.slots
    state.steps = after.steps
    return Step(
      gradient: gradient, state: after, steps: trainer.steps,
      isCleared: trainer.gradient.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }

  /// Takes a step on one part, by the gradient of its mean loss.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - learningRate: The learning rate.
  /// - Returns: The gradient of the mean loss.
  /// - Throws: What making the trainer throws.
  @discardableResult
  public mutating func step(
    on part: Range<Int>, learningRate: Double
  ) throws(ModelError) -> ParameterVector {
    let step = try step(on: [part], learningRate: learningRate, batchSize: part.count)
    return 1 / Double(part.count) * step.gradient
  }
}

extension ParameterVector {
  /// The power of two by which a move is about a thousand times as far as the weights are large, so
  /// that their rounding hides little of it: a learning rate, where the move is that of rate 1.
  ///
  /// - Parameter move: The move.
  /// - Returns: The factor; 1 where nothing moves.
  func visibleRate(of move: ParameterVector) -> Double {
    let longest = move.values.reduce(0) { max($0, $1.magnitude) }
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    guard longest > 0, longest.isFinite else { return 1 }
    let exponent = max(largest, 0x1p-10).exponent - longest.exponent + 10
    return Double(sign: .plus, exponent: exponent, significand: 1)
  }
}
