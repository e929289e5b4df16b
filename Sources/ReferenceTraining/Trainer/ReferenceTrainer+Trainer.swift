import TrainingCore

/// With `Float` the reference is one of the two trainers that a run can be made with.
extension ReferenceTrainer: GradientTrainer, SteppingTrainer, Trainer, OnlineSelectionTrainer,
  TransferTrainer
where S == Float {
  /// Whether its bits are those of the arithmetic contract: they are.
  public static var promisesBits: Bool { true }

  /// Creates a trainer in a given state; it has one thread, however many are asked for.
  public init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    try self.init(configuration, state: state)
  }

  /// Weights, running statistics and optimizer state, copied out.
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

  /// The latest batch mean and variance of each normalising layer, in the layout's order.
  public var latestStatistics: [Tensor] { averages(latest) }

  private func averages(_ statistics: [BatchNorm.MovingStatistics<Float>]) -> [Tensor] {
    tensors(layout.statistics, statistics.map { Parameters(weight: $0.mean, bias: $0.variance) })
  }

  private func tensors(_ specs: [TensorSpec], _ pairs: [Parameters<Float>]) -> [Tensor] {
    zip(specs, pairs.flatMap(\.matrices)).map { spec, matrix in
      Tensor(name: spec.name, shape: spec.shape, values: matrix.elements)
    }
  }

  /// Runs samples forward and backward in training mode and adds to the gradient.
  public mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulateGradient(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch
    ).tally
  }

  /// Runs samples forward in training mode, and returns what `accumulateGradient` would.
  public mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    trainingOutcome(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch,
      updatesAverages: updatesAverages
    ).tally
  }

  /// Replaces the gradient and the running statistics by those of another trainer of the same model.
  public mutating func takeGradient(from other: Self) {
    gradients = other.gradients
    weightSum = other.weightSum
    statistics = other.statistics
    latest = other.latest
    batchesTracked = other.batchesTracked
  }

  /// Runs samples forward in inference mode.
  public func outputs(for batch: Batch) -> [Float] { outputs(for: inputs(of: batch)).elements }

  /// Runs samples forward in inference mode and compares with their labels.
  public func evaluate(_ batch: Batch) -> Tally {
    evaluate(inputs: inputs(of: batch), labels: batch.labels).tally
  }

  /// Replaces the running statistics by the mean and the variance (divided by N) that each normalising
  /// layer's inputs have over a whole data set of at least one sample, layer after layer.
  public mutating func measureStatistics(over examples: Examples) {
    var trace = Trace(
      activations: [
        Matrix(rows: examples.count, columns: model.input.count, elements: examples.inputs)
      ])
    for (index, layer) in model.layers.enumerated() {
      if case .batchNorm(let spec) = layer {
        let place = statisticsPlaces[index]
        let x = trace.outputs.reshaped(columns: spec.features)
        for channel in 0..<spec.features {
          let moments = moments(of: x, channel, positions: shapes[index].positions)
          statistics[place].mean[0, channel] = Float(moments.mean)
          statistics[place].variance[0, channel] = Float(moments.variance)
        }
      }
      trace.activations.append(output(ofLayer: index, trace))
    }
  }

  /// Mean and variance of one channel of x [N·P, C], sample by sample (arithmetic contract, 7).
  private func moments(of x: Matrix<Float>, _ channel: Int, positions: Int) -> PopulationMoments {
    var moments = PopulationMoments(positions: positions)
    for first in stride(from: 0, to: x.rows, by: positions) {
      let rows = first..<first + positions
      var sum = 0.0
      for row in rows { sum += Double(x[row, channel]) }
      let mean = sum / Double(positions)
      var squares = 0.0
      for row in rows {
        let centred = Double(x[row, channel]) - mean
        squares += centred * centred
      }
      moments.add(mean: mean, squares: squares)
    }
    return moments
  }

  private func inputs(of batch: Batch) -> Matrix<Float> {
    Matrix(rows: batch.count, columns: model.input.count, elements: batch.inputs)
  }
}
