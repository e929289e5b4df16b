import TrainingCore

/// With `Float` the reference is one of the two trainers that a run can be made with.
extension ReferenceTrainer: GradientTrainer, SteppingTrainer, Trainer, OnlineSelectionTrainer,
  TransferTrainer
where S == Float {
  /// Whether its bits are those of the arithmetic contract: they are.
  public static var promisesBits: Bool { true }

  /// Creates a trainer for a configuration, in a given state.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer, clipping and seed.
  ///   - state: The state to start from, or nil for `ModelState.initial`.
  ///   - threads: Ignored: the reference has one.
  /// - Throws: What `ModelSpec.shapes()` throws.
  public init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    try self.init(configuration, state: state)
  }

  /// Weights, moving averages and optimizer state, copied out.
  public var state: ModelState {
    let slots = [firstSlot, secondSlot].prefix(optimizer.slotNames.count)
    return ModelState(
      parameters: tensors(layout.parameters, parameters),
      statistics: averages(statistics),
      slots: slots.map { tensors(layout.parameters, $0) },
      steps: steps, batchesTracked: batchesTracked)
  }

  /// The gradient of the sum of the losses accumulated since the last step, in the layout's order.
  public var gradient: [Tensor] { tensors(layout.parameters, gradients) }

  /// Mean and variance that each normalising layer's averages took in last, in the layout's order.
  public var latestStatistics: [Tensor] { averages(latest) }

  private func averages(_ statistics: [BatchNorm.MovingStatistics<Float>]) -> [Tensor] {
    tensors(
      layout.statistics, statistics.map { Parameters(weight: $0.mean, bias: $0.variance) })
  }

  private func tensors(_ specs: [TensorSpec], _ pairs: [Parameters<Float>]) -> [Tensor] {
    zip(specs, pairs.flatMap(\.matrices)).map { spec, matrix in
      Tensor(name: spec.name, shape: spec.shape, values: matrix.elements)
    }
  }

  /// Runs samples forward and backward in training mode and adds to the gradient.
  ///
  /// - Parameter batch: Samples of one batch, or one part of it.
  /// - Returns: Loss and hits of the forward pass.
  public mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulateGradient(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch
    ).tally
  }

  /// Runs samples forward in training mode, without a gradient: what `accumulateGradient` would
  /// return.
  ///
  /// - Parameters:
  ///   - batch: Samples of one batch, or one part of it.
  ///   - updatesAverages: Whether batch normalisation's moving averages take the samples in.
  /// - Returns: Loss and hits of the forward pass.
  public mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    trainingOutcome(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch,
      updatesAverages: updatesAverages
    ).tally
  }

  /// Takes over what another trainer of the same model accumulated: its gradient, instead of its
  /// own, and its moving averages.
  ///
  /// - Parameter other: The other trainer, which keeps what it has.
  public mutating func takeGradient(from other: Self) {
    gradients = other.gradients
    statistics = other.statistics
    latest = other.latest
    batchesTracked = other.batchesTracked
  }

  /// Runs samples forward in inference mode.
  ///
  /// - Parameter batch: Any samples.
  /// - Returns: The last layer's outputs, [N, classes].
  public func outputs(for batch: Batch) -> [Float] { outputs(for: inputs(of: batch)).elements }

  /// Runs samples forward in inference mode and compares with their labels.
  ///
  /// - Parameter batch: Any samples.
  /// - Returns: Loss and hits.
  public func evaluate(_ batch: Batch) -> Tally {
    evaluate(inputs: inputs(of: batch), labels: batch.labels).tally
  }

  private func inputs(of batch: Batch) -> Matrix<Float> {
    Matrix(rows: batch.count, columns: model.input.count, elements: batch.inputs)
  }
}

extension ReferenceTrainer.Outcome where S == Float {
  /// The exact sum of the losses, and the number of hits.
  public var tally: Tally {
    var tally = Tally()
    for (loss, hit) in zip(losses, hits) { tally.add(loss: Double(loss), isCorrect: hit) }
    return tally
  }
}
