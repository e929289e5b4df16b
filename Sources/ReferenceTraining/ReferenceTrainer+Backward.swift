import TrainingCore

extension ReferenceTrainer {
  /// The chain rule, from the last layer to the first that isn't frozen.
  ///
  /// Where paths part, the layers' own path comes first, and the shortcuts' gradients, summed from
  /// the last to the first, are added to it.
  ///
  /// - Parameters:
  ///   - lossGradient: ∂L/∂logits, [N, classes].
  ///   - trace: What the forward pass left.
  ///   - layerDone: Told of each layer's index, its outputs' gradient and its inputs', which it may
  ///     change.
  mutating func propagate(
    _ lossGradient: Matrix<S>, back trace: Trace<S>,
    layerDone: (Int, Matrix<S>, inout Matrix<S>) -> Void = { _, _, _ in }
  ) {
    var gradient = lossGradient
    var shortcuts: [Int: Matrix<S>] = [:]
    for index in (model.frozenLayers..<model.layers.count).reversed() {
      if case .residual(let span) = model.layers[index] {
        let source = index - span
        shortcuts[source] = shortcuts[source].map { Residual.add($0, gradient) } ?? gradient
      }
      let outputGradient = gradient
      gradient = inputGradient(of: model.layers[index], at: index, trace, outputGradient: gradient)
      layerDone(index, outputGradient, &gradient)
      if index > model.frozenLayers, let shortcut = shortcuts[index] {
        gradient = Residual.add(gradient, shortcut)
      }
    }
  }

  /// Adds to a layer's gradients and gives its input's; nobody asks for that of the first layer that
  /// isn't frozen.
  private mutating func inputGradient(
    of layer: LayerSpec, at index: Int, _ trace: Trace<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    let x = trace.activations[index]
    let isFirst = index == model.frozenLayers
    let parameter = parameterIndex(of: index)
    switch layer {
    case .dense:
      Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[parameter])
      if isFirst { return outputGradient }
      return Dense.inputGradient(
        weight: parameters[parameter].weight, outputGradient: outputGradient)
    case .convolution(let spec):
      let convolution = convolution(spec, at: index)
      convolution.accumulateGradients(
        x: x, outputGradient: outputGradient, into: &gradients[parameter])
      if isFirst { return outputGradient }
      return convolution.inputGradient(
        weight: parameters[parameter].weight, outputGradient: outputGradient)
    case .averagePool(let spec):
      return AveragePool.backward(outputGradient: outputGradient, over: windows(spec, at: index))
    case .maxPool(let spec):
      return MaxPool.backward(x: x, outputGradient: outputGradient, over: windows(spec, at: index))
    case .globalAveragePool:
      return AveragePool.backward(
        outputGradient: outputGradient, over: PoolWindows(wholeOf: shapes[index]))
    case .relu: return ReLU.backward(x: x, outputGradient: outputGradient)
    case .relu6: return ReLU6.backward(x: x, outputGradient: outputGradient)
    case .tanh:
      return Tanh.backward(y: trace.activations[index + 1], outputGradient: outputGradient)
    case .residual: return outputGradient
    case .dropout:
      guard let mask = trace.masks[index] else { return outputGradient }
      return Dropout.apply(mask, to: outputGradient)
    case .batchNorm(let spec):
      let positions = x.reshaped(columns: spec.features)
      let positionGradient = outputGradient.reshaped(columns: spec.features)
      guard let statistics = trace.statistics[index] else {
        return BatchNorm.backwardInference(
          x: positions, moving: self.statistics[normIndex(of: index)],
          parameters: parameters[parameter], spec: spec, outputGradient: positionGradient,
          into: &gradients[parameter]
        ).reshaped(columns: x.columns)
      }
      return BatchNorm.backward(
        x: positions, statistics: statistics, parameters: parameters[parameter],
        outputGradient: positionGradient, into: &gradients[parameter]
      ).reshaped(columns: x.columns)
    }
  }
}
