import TrainingCore

/// What a forward pass leaves for the backward pass.
package struct Trace<S: Scalar> {
  /// What entered each layer, and after the last what left it, [N, features] each.
  package var activations: [Matrix<S>]
  /// The factors of each dropout layer, and x̂ of each layer that normalises by the batch, by the
  /// layer's index; at inference none.
  var masks: [Int: Matrix<S>] = [:]
  var normalized: [Int: BatchNorm.Normalized<S>] = [:]

  /// What left the last layer.
  package var outputs: Matrix<S> { activations[activations.count - 1] }
}

extension ReferenceTrainer {
  /// Runs all layers forward in training mode: draws dropout's masks, measures batch statistics.
  package mutating func forward(_ inputs: Matrix<S>, samples: [Int], epoch: Int) -> Trace<S> {
    var trace = Trace(activations: [inputs])
    for (index, layer) in model.layers.enumerated() {
      let x = trace.outputs
      switch layer {
      case .dropout(let rate):
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: epoch, samples: samples,
          features: x.columns)
      case .batchNorm(let spec) where spec.statistics == .batch:
        let place = statisticsPlaces[index]
        trace.normalized[index] = BatchNorm.normalizeByBatch(
          x.reshaped(columns: spec.features), spec, positions: shapes[index].positions,
          moving: &statistics[place], latest: &latest[place])
      default: break
      }
      trace.activations.append(output(ofLayer: index, trace))
    }
    if !trace.normalized.isEmpty { batchesTracked += 1 }
    return trace
  }

  /// What leaves a layer, whose input is the last of the trace.
  func output(ofLayer index: Int, _ trace: Trace<S>) -> Matrix<S> {
    let x = trace.outputs
    switch model.layers[index] {
    case .dense: return Dense.forward(x, with: parameters[parameterPlaces[index]])
    case .convolution(let spec):
      return convolution(spec, at: index).forward(x, with: parameters[parameterPlaces[index]])
    case .averagePool(let spec): return AveragePool.forward(x, over: windows(spec, at: index))
    case .maxPool(let spec): return MaxPool.forward(x, over: windows(spec, at: index))
    case .globalAveragePool:
      return AveragePool.forward(x, over: PoolWindows.whole(of: shapes[index]))
    case .relu: return ReLU.forward(x)
    case .relu6: return ReLU6.forward(x)
    case .tanh: return Tanh.forward(x)
    case .gelu: return GELU.forward(x)
    case .residual(let span): return Residual.add(x, trace.activations[index - span])
    case .dropout: return trace.masks[index].map { Dropout.apply($0, to: x) } ?? x
    case .batchNorm(let spec):
      return BatchNorm.forward(
        normalized(x, spec, at: index, trace), with: parameters[parameterPlaces[index]]
      ).reshaped(columns: x.columns)
    case .groupNorm(let spec):
      return BatchNorm.forward(
        normalized(x, spec, at: index), with: parameters[parameterPlaces[index]]
      ).reshaped(columns: x.columns)
    }
  }

  /// Backpropagates from the last layer to the first that isn't frozen, and adds to `gradients`.
  ///
  /// Where paths part, the shortcuts' gradients, summed from the last to the first, are added to the
  /// layers' own (arithmetic contract, 3d). Nobody asks for the gradient of the first layer's inputs.
  /// `layerDone` is told of each layer's index, its outputs' gradient and its inputs', which it may
  /// change: numbers with error bounds widen them at kinks.
  package mutating func propagate(
    _ lossGradient: Matrix<S>, back trace: Trace<S>,
    layerDone: (Int, Matrix<S>, inout Matrix<S>) -> Void = { _, _, _ in }
  ) {
    var gradient = lossGradient
    var shortcuts: [Int: Matrix<S>] = [:]
    for index in (model.frozenLayers..<model.layers.count).reversed() {
      accumulateGradients(ofLayer: index, trace, outputGradient: gradient)
      guard index > model.frozenLayers else { break }
      if case .residual(let span) = model.layers[index] {
        let source = index - span
        shortcuts[source] = shortcuts[source].map { Residual.add($0, gradient) } ?? gradient
      }
      var inputGradient = inputGradient(ofLayer: index, trace, outputGradient: gradient)
      layerDone(index, gradient, &inputGradient)
      gradient = shortcuts[index].map { Residual.add(inputGradient, $0) } ?? inputGradient
    }
  }

  /// Adds to the gradients of what a layer learns.
  private mutating func accumulateGradients(
    ofLayer index: Int, _ trace: Trace<S>, outputGradient: Matrix<S>
  ) {
    let x = trace.activations[index]
    let place = parameterPlaces[index]
    switch model.layers[index] {
    case .dense:
      Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[place])
    case .convolution(let spec):
      convolution(spec, at: index).accumulateGradients(
        x: x, outputGradient: outputGradient, into: &gradients[place])
    case .batchNorm(let spec):
      BatchNorm.accumulateGradients(
        normalized(x, spec, at: index, trace),
        outputGradient: outputGradient.reshaped(columns: spec.features), into: &gradients[place])
    case .groupNorm(let spec):
      BatchNorm.accumulateGradients(
        normalized(x, spec, at: index),
        outputGradient: outputGradient.reshaped(columns: spec.features), into: &gradients[place])
    default: break
    }
  }

  /// ∂L/∂x of a layer's inputs x.
  private func inputGradient(
    ofLayer index: Int, _ trace: Trace<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    let x = trace.activations[index]
    let place = parameterPlaces[index]
    switch model.layers[index] {
    case .dense:
      return Dense.inputGradient(weight: parameters[place].weight, outputGradient: outputGradient)
    case .convolution(let spec):
      return convolution(spec, at: index).inputGradient(
        weight: parameters[place].weight, outputGradient: outputGradient)
    case .averagePool(let spec):
      return AveragePool.backward(outputGradient: outputGradient, over: windows(spec, at: index))
    case .maxPool(let spec):
      return MaxPool.backward(x: x, outputGradient: outputGradient, over: windows(spec, at: index))
    case .globalAveragePool:
      return AveragePool.backward(
        outputGradient: outputGradient, over: PoolWindows.whole(of: shapes[index]))
    case .relu: return ReLU.backward(x: x, outputGradient: outputGradient)
    case .relu6: return ReLU6.backward(x: x, outputGradient: outputGradient)
    case .tanh:
      return Tanh.backward(y: trace.activations[index + 1], outputGradient: outputGradient)
    case .gelu: return GELU.backward(x: x, outputGradient: outputGradient)
    case .residual: return outputGradient
    case .dropout:
      return trace.masks[index].map { Dropout.apply($0, to: outputGradient) } ?? outputGradient
    case .batchNorm(let spec):
      return BatchNorm.inputGradient(
        normalized(x, spec, at: index, trace), scale: parameters[place].weight,
        outputGradient: outputGradient.reshaped(columns: spec.features)
      ).reshaped(columns: x.columns)
    case .groupNorm(let spec):
      return GroupNorm.inputGradient(
        normalized(x, spec, at: index), spec, scale: parameters[place].weight,
        outputGradient: outputGradient.reshaped(columns: spec.features)
      ).reshaped(columns: x.columns)
    }
  }

  /// The convolution of a layer, with the shapes that it has there.
  private func convolution(_ spec: ConvolutionSpec, at index: Int) -> Convolution {
    Convolution(spec: spec, input: shapes[index], output: shapes[index + 1])
  }

  /// The windows of a pooling layer.
  package func windows(_ spec: PoolSpec, at index: Int) -> PoolWindows {
    PoolWindows(spec: spec, input: shapes[index], output: shapes[index + 1])
  }

  /// x̂ of a layer's input x: by the batch where the pass did so, else by the running statistics.
  private func normalized(
    _ x: Matrix<S>, _ spec: BatchNormSpec, at index: Int, _ trace: Trace<S>
  ) -> BatchNorm.Normalized<S> {
    trace.normalized[index]
      ?? BatchNorm.normalizeByConstants(
        x.reshaped(columns: spec.features), spec, statistics[statisticsPlaces[index]])
  }

  /// x̂ of a layer's input x, each sample by its own statistics.
  private func normalized(
    _ x: Matrix<S>, _ spec: GroupNormSpec, at index: Int
  ) -> BatchNorm.Normalized<S> {
    GroupNorm.normalize(
      x.reshaped(columns: spec.features), spec, positions: shapes[index].positions)
  }
}
