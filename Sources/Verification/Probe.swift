import TrainingCore

/// What a trainer makes of batches, seen through what every trainer can do.
///
/// `Trainer` doesn't hand out its gradient, but a step of plain momentum leaves it behind:
/// v ← μv + g, so with a μ that is 0 in `Float`, the momentum buffer *is* the gradient of that step,
/// bit for bit (but for the sign of a zero). With B = 1 it is the gradient of the summed loss, and
/// with a learning rate of 0 the weights stay where they are. So any trainer can be looked into
/// that keeps its state in a `ModelState`, and none has to be opened for it.
struct Probe<T: Trainer> {
  private let trainer: T

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
  ///   - statistics: Other moving averages than the subject's.
  /// - Throws: What making the trainer throws.
  init(
    _ subject: Subject, model: ModelSpec? = nil, statistics: [Tensor]? = nil
  ) throws(ModelError) {
    var configuration = subject.configuration
    configuration.model = model ?? configuration.model
    // Not 0, so that there is a buffer, but 0 when it is rounded to `Float`.
    configuration.optimizer = .sgd(SGDSpec(momentum: .leastNonzeroMagnitude))
    configuration.clipNorm = nil
    var state = subject.state
    state.statistics = statistics ?? state.statistics
    state.slots = [
      state.parameters.map { tensor in
        let zeros = Array(repeating: Float(0), count: tensor.values.count)
        return Tensor(name: tensor.name, shape: tensor.shape, values: zeros)
      }
    ]
    trainer = try T(configuration, state: state, threads: subject.threads)
  }

  /// Loss and gradient of parts, accumulated one after the other.
  func gradient(of parts: [Batch]) -> Gradient {
    var copy = trainer
    return gradient(of: parts, by: &copy)
  }

  /// Loss and gradient of each sample by itself.
  func eachGradient(of batches: [Batch], body: (Gradient) -> Void) {
    var copy = trainer
    for batch in batches { body(gradient(of: [batch], by: &copy)) }
  }

  /// The moving averages behind a pass.
  func statistics(behind part: Batch) -> [Tensor] {
    var copy = trainer
    _ = copy.accumulateGradient(of: part)
    return copy.state.statistics
  }

  private func gradient(of parts: [Batch], by copy: inout T) -> Gradient {
    var tally = Tally()
    for part in parts { tally.add(copy.accumulateGradient(of: part)) }
    copy.step(learningRate: 0, batchSize: 1)
    return Gradient(tally: tally, tensors: copy.state.slots[0])
  }
}
