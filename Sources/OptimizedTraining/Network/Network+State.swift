import TrainingCore

extension Network {
  /// All that the layers learn, in the layout's order.
  var tensors: [LearnedTensor] { parameters.flatMap(\.tensors) }

  private var slots: ArraySlice<[PanelMatrix]> {
    [tensors.compactMap(\.first), tensors.compactMap(\.second)]
      .prefix(configuration.optimizer.slotNames.count)
  }

  /// A copy of weights, running statistics and optimizer state, in the layout's order.
  var state: ModelState {
    ModelState(
      parameters: Self.copies(layout.parameters, tensors.map(\.values)),
      statistics: runningStatistics, slots: slots.map { Self.copies(layout.parameters, $0) },
      steps: steps, batchesTracked: batchesTracked)
  }

  /// A copy of the gradient accumulated since the last step, zeros where there is none.
  var gradient: [Tensor] {
    guard hasGradient else {
      return layout.parameters.map { spec in
        let zeros = Array(repeating: Float(0), count: spec.count)
        return Tensor(name: spec.name, shape: spec.shape, values: zeros)
      }
    }
    return Self.copies(layout.parameters, tensors.map(\.gradient))
  }

  /// The running mean and variance of each normalising layer, in the layout's order.
  var runningStatistics: [Tensor] {
    get { Self.copies(layout.statistics, norms.flatMap { [$0.runningMean, $0.runningVariance] }) }
    set { Self.load(newValue, into: norms.flatMap { [$0.runningMean, $0.runningVariance] }) }
  }

  /// The latest batch mean and variance, in the same order.
  var latestStatistics: [Tensor] {
    get { Self.copies(layout.statistics, norms.flatMap { [$0.latestMean, $0.latestVariance] }) }
    set { Self.load(newValue, into: norms.flatMap { [$0.latestMean, $0.latestVariance] }) }
  }

  private static func copies(_ specs: [TensorSpec], _ matrices: [PanelMatrix]) -> [Tensor] {
    zip(specs, matrices).map { spec, matrix in
      Tensor(name: spec.name, shape: spec.shape, values: matrix.elements(rows: matrix.rows))
    }
  }

  /// Replaces weights, running statistics and optimizer state.
  func load(_ state: ModelState) {
    Self.load(state.parameters, into: tensors.map(\.values))
    runningStatistics = state.statistics
    latestStatistics = state.statistics
    for (slot, matrices) in zip(state.slots, slots) { Self.load(slot, into: matrices) }
  }

  /// Copies the gradients that another network of the same model has accumulated, if any.
  func copyGradients(of other: Network) {
    weightSum = other.weightSum
    guard other.hasGradient else { return }
    hasGradient = true
    reserveGradients()
    for (own, others) in zip(tensors, other.tensors) { own.gradient.copy(others.gradient) }
  }

  /// Replaces gradients and running statistics by another network's.
  func takeGradient(from other: Network) {
    batch.forgetNext()
    if hasGradient, !other.hasGradient {
      for tensor in tensors { tensor.gradient.clear() }
    }
    hasGradient = other.hasGradient
    copyGradients(of: other)
    runningStatistics = other.runningStatistics
    latestStatistics = other.latestStatistics
    batchesTracked = other.batchesTracked
  }

  private static func load(_ tensors: [Tensor], into matrices: [PanelMatrix]) {
    for (tensor, matrix) in zip(tensors, matrices) { matrix.load(tensor.values, rows: matrix.rows) }
  }
}
