import TrainingCore

/// The losses, gradients and running statistics that a trainer tells at a subject's weights.
///
/// Where its tensors aren't as many and as large as the model's, they count as tensors that are not a
/// number anywhere, which no law takes for right.
struct Probe<T: GradientTrainer> {
  private let trainer: T
  private let state: ModelState

  /// Makes a subject's trainer, where wanted with another model of the same tensors, other weights or
  /// other running statistics.
  init(
    _ subject: Subject, model: ModelSpec? = nil, parameters: [Tensor]? = nil,
    statistics: [Tensor]? = nil
  ) throws(ModelError) {
    var configuration = subject.configuration
    configuration.model = model ?? configuration.model
    var state = subject.state
    state.parameters = parameters ?? state.parameters
    state.statistics = statistics ?? state.statistics
    trainer = try subject.trainer(T.self, configuration, state: state)
    self.state = state
  }

  /// Losses, hits and the gradient of the summed loss, a tensor for each parameter, of parts that are
  /// accumulated one after the other.
  func gradient(of parts: [Batch]) -> (tally: Tally, tensors: [Tensor]) {
    var copy = trainer
    var tally = Tally()
    for part in parts { tally.add(copy.accumulateGradient(of: part)) }
    return (tally, copy.gradient.shaped(like: state.parameters))
  }

  func statistics(after part: Batch) -> [Tensor] {
    var copy = trainer
    _ = copy.accumulateGradient(of: part)
    return copy.state.statistics.shaped(like: state.statistics)
  }
}

extension Subject {
  /// The gradient of the summed loss of parts, as a trainer tells it.
  func gradientSum<T: GradientTrainer>(
    of trainer: T.Type, _ parts: [Range<Int>]
  ) throws(ModelError) -> ParameterVector {
    let tensors = try Probe<T>(self).gradient(of: parts.map { part($0) }).tensors
    return ParameterVector(tensors.numbers)
  }

  /// A learning rate at which plain gradient descent isn't lost in the weights' rounding: a power of
  /// two.
  func visibleRate<T: GradientTrainer>(
    of trainer: T.Type, _ part: Range<Int>
  ) throws(ModelError) -> Double {
    let gradient = try gradientSum(of: trainer, [part])
    return ParameterVector(state.parameters.numbers)
      .visibleRate(of: 1 / Double(part.count) * gradient)
  }
}

extension [Tensor] {
  /// The tensors, if they are as many and as large as others; otherwise those, not a number
  /// anywhere.
  func shaped(like others: [Tensor]) -> [Tensor] {
    guard map(\.values.count) != others.map(\.values.count) else { return self }
    return others.map { $0.filled(with: .nan) }
  }

  /// All numbers, one tensor after the other.
  var numbers: [Double] { flatMap { $0.values.map(Double.init) } }
}

extension Tensor {
  /// A tensor of the same name and shape with one number everywhere.
  func filled(with value: Float) -> Tensor {
    Tensor(name: name, shape: shape, values: Array(repeating: value, count: values.count))
  }
}
