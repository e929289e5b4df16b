import TrainingCore

/// What a trainer makes of batches at a subject's weights.
///
/// Where its tensors aren't as many and as large as the model's, their numbers are not numbers, which
/// no law takes for right.
struct Probe<T: GradientTrainer> {
  private let trainer: T
  private let state: ModelState

  /// What came of one or more passes.
  struct Gradient {
    /// Losses and hits.
    let tally: Tally
    /// The gradient of the summed loss, a tensor for each parameter.
    let tensors: [Tensor]
  }

  /// Prepares a subject's trainer.
  ///
  /// - Parameters:
  ///   - subject: Model, state and threads.
  ///   - model: Another model with the same tensors.
  ///   - parameters: Other weights than the subject's.
  ///   - statistics: Other moving averages than the subject's.
  /// - Throws: What making the trainer throws.
  init(
    _ subject: Subject, model: ModelSpec? = nil, parameters: [Tensor]? = nil,
    statistics: [Tensor]? = nil
  ) throws(ModelError) {
    var configuration = subject.configuration
    configuration.model = model ?? configuration.model
    var state = subject.state
    state.parameters = parameters ?? state.parameters
    state.statistics = statistics ?? state.statistics
    trainer = try T(configuration, state: state, threads: subject.threads)
    self.state = state
  }

  /// Loss and gradient of parts, accumulated one after the other.
  func gradient(of parts: [Batch]) -> Gradient {
    var copy = trainer
    var tally = Tally()
    for part in parts { tally.add(copy.accumulateGradient(of: part)) }
    return Gradient(tally: tally, tensors: copy.gradient.shaped(like: state.parameters))
  }

  /// Loss and gradient of each sample by itself.
  func eachGradient(of batches: [Batch], body: (Gradient) -> Void) {
    for batch in batches { body(gradient(of: [batch])) }
  }

  /// The moving averages after a pass.
  func statistics(after part: Batch) -> [Tensor] {
    var copy = trainer
    _ = copy.accumulateGradient(of: part)
    return copy.state.statistics.shaped(like: state.statistics)
  }
}

extension [Tensor] {
  /// The tensors, if they are as many and as large as others; otherwise those, not a number
  /// anywhere.
  func shaped(like others: [Tensor]) -> [Tensor] {
    guard map(\.values.count) != others.map(\.values.count) else { return self }
    return others.map { tensor in
      Tensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in .nan })
    }
  }
}
