import Statistics
import TrainingCore

/// Steps of a trainer whose gradients are all taken at the first weights.
///
/// Laws of learning rates hold exactly while the gradient stays what it is, so this keeps it. For
/// each step it makes a trainer at the first weights, with what the optimizer remembers by now, and
/// adds up how far each step goes. That works with any trainer, and the learning rate may be so
/// large that the rounding of the weights doesn't hide a step.
struct FrozenGradientRun<T: SteppingTrainer> {
  private let subject: Subject
  let configuration: RunConfiguration
  /// The weights, running statistics and optimizer state that the next step starts from.
  private var state: ModelState
  /// The first weights.
  let origin: ParameterVector
  /// The sum of the steps' displacements.
  private(set) var displacement: ParameterVector
  /// How far roundings of the weights may have taken it.
  private(set) var roundings: ParameterVector

  /// Starts at a subject's weights with an optimizer that remembers nothing: by default the
  /// subject's, without clipping.
  init(
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

  /// Accumulates the gradients of some parts in this order, none for a gradient of zero, and steps by
  /// their sum over `batchSize`; returns that sum, as the trainer tells it, and the trainer afterwards.
  @discardableResult
  mutating func step(
    on parts: [Range<Int>], learningRate: Double, batchSize: Int
  ) throws(ModelError) -> (gradient: ParameterVector, trainer: T) {
    var trainer = try subject.trainer(T.self, configuration, state: state)
    for part in parts { _ = trainer.accumulateGradient(of: subject.part(part)) }
    let parameters = subject.state.parameters
    let gradient = ParameterVector(trainer.gradient.shaped(like: parameters).numbers)
    trainer.step(learningRate: learningRate, batchSize: batchSize)
    let after = trainer.state
    let weights = after.parameters.shaped(like: parameters).numbers
    let unit = RoundingBounds.unitRoundoff(of: Float.self)
    for index in weights.indices {
      let (end, start) = (weights[index], origin.values[index])
      displacement.values[index] += end - start
      roundings.values[index] += 2 * unit * max(end.magnitude, start.magnitude)
    }
    state.slots = after.slots
    state.steps = after.steps
    return (gradient, trainer)
  }

  /// Steps by the gradient of one part's mean loss, and returns that gradient.
  @discardableResult
  mutating func step(
    on part: Range<Int>, learningRate: Double
  ) throws(ModelError) -> ParameterVector {
    let step = try step(on: [part], learningRate: learningRate, batchSize: part.count)
    return 1 / Double(part.count) * step.gradient
  }

  /// A gradient with weight decay: λw₀ is added where layers aren't frozen.
  func decayed(
    _ gradient: ParameterVector, by weightDecay: Double, of weights: ParameterVector? = nil
  ) -> ParameterVector {
    var gradient = gradient
    for index in configuration.model.frozenCount..<gradient.values.count {
      gradient.values[index] += weightDecay * (weights ?? origin).values[index]
    }
    return gradient
  }

  /// The displacement beside a law's, within bounds to which the weights' roundings are added.
  func prediction(
    _ predicted: ParameterVector, within bounds: ParameterVector
  ) -> BoundedPrediction {
    BoundedPrediction(
      measured: displacement.values, predicted: predicted.values,
      bounds: (bounds + roundings).values)
  }
}

extension ParameterVector {
  /// The power of two by which a move is about a thousand times as far as the weights are large, so
  /// that their rounding hides little of it: a learning rate, where the move is that of rate 1.
  ///
  /// It is 1 where nothing moves.
  func visibleRate(of move: ParameterVector) -> Double { visibleRate(ofLength: move.largest) }

  /// The same for a move whose largest number has this magnitude.
  func visibleRate(ofLength longest: Double) -> Double {
    guard longest > 0, longest.isFinite else { return 1 }
    return Self.powerOfTwo(max(largest, 0x1p-10).exponent - longest.exponent + 10)
  }

  var largest: Double { values.reduce(0) { max($0, $1.magnitude) } }

  static func powerOfTwo(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }
}
