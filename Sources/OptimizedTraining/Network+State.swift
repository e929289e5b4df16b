import TrainingCore

extension Network {
  /// Weights, moving averages and optimizer state, copied out in their usual order.
  var state: ModelState {
    let tensors = parameters.flatMap(\.tensors)
    let slots = [tensors.map(\.first), tensors.map(\.second)]
      .prefix(optimizer.slotNames.count)
    return ModelState(
      parameters: Self.copies(layout.parameters, tensors.map(\.values)),
      statistics: movingAverages,
      slots: slots.map { Self.copies(layout.parameters, $0.compactMap { $0 }) },
      steps: steps, batchesTracked: batchesTracked)
  }

  /// The gradient accumulated since the last step, copied out in the usual order; zeros where there
  /// is none.
  var gradient: [Tensor] {
    guard hasGradient else {
      return layout.parameters.map { spec in
        let zeros = Array(repeating: Float(0), count: spec.count)
        return Tensor(name: spec.name, shape: spec.shape, values: zeros)
      }
    }
    return Self.copies(layout.parameters, parameters.flatMap(\.tensors).map(\.gradient))
  }

  /// The normalising layers' moving averages, copied out in their usual order.
  var movingAverages: [Tensor] {
    Self.copies(layout.statistics, norms.flatMap { [$0.movingMean, $0.movingVariance] })
  }

  /// What the moving averages took in last, in the same order.
  var latestStatistics: [Tensor] {
    Self.copies(layout.statistics, norms.flatMap { [$0.latestMean, $0.latestVariance] })
  }

  /// Takes over what moving averages took in last.
  func load(latestStatistics: [Tensor]) {
    Self.load(latestStatistics, into: norms.flatMap { [$0.latestMean, $0.latestVariance] })
  }

  /// Takes over moving averages.
  func load(movingAverages: [Tensor]) {
    Self.load(movingAverages, into: norms.flatMap { [$0.movingMean, $0.movingVariance] })
  }

  private static func copies(_ specs: [TensorSpec], _ matrices: [PanelMatrix]) -> [Tensor] {
    zip(specs, matrices).map { spec, matrix in
      Tensor(name: spec.name, shape: spec.shape, values: matrix.elements(rows: matrix.rows))
    }
  }

  /// Takes over a state.
  func load(_ state: ModelState) {
    let tensors = parameters.flatMap(\.tensors)
    Self.load(state.parameters, into: tensors.map(\.values))
    load(movingAverages: state.statistics)
    load(latestStatistics: state.statistics)
    for (slot, matrices) in zip(state.slots, [tensors.map(\.first), tensors.map(\.second)]) {
      Self.load(slot, into: matrices.compactMap { $0 })
    }
  }

  /// Takes over the gradients that another network of the same model has accumulated.
  func copyGradients(of other: Network) {
    guard other.hasGradient else { return }
    hasGradient = true
    prepareGradients()
    for (own, others) in zip(parameters, other.parameters) {
      own.weight.gradient.copy(others.weight.gradient)
      own.bias.gradient.copy(others.bias.gradient)
    }
  }

  /// Takes over another network's gradients, none if it has none, and its moving averages.
  func takeGradient(from other: Network) {
    batch.forgetNext()
    if hasGradient, !other.hasGradient {
      for parameters in parameters {
        parameters.weight.gradient.clear()
        parameters.bias.gradient.clear()
      }
    }
    hasGradient = other.hasGradient
    copyGradients(of: other)
    load(movingAverages: other.movingAverages)
    load(latestStatistics: other.latestStatistics)
    batchesTracked = other.batchesTracked
  }

  private static func load(_ tensors: [Tensor], into matrices: [PanelMatrix]) {
    for (tensor, matrix) in zip(tensors, matrices) {
      matrix.load(tensor.values, rows: matrix.rows)
    }
  }
}
