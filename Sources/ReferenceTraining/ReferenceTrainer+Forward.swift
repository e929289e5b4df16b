import TrainingCore

/// What a forward pass leaves for the backward pass.
struct Trace<S: Scalar> {
  /// What entered each layer, and behind the last what left it, [N, features] each.
  var activations: [Matrix<S>]
  /// The factors of each dropout layer, by the layer's index.
  var masks: [Int: Matrix<S>] = [:]
  /// What each normalising layer normalised by, by the layer's index.
  var statistics: [Int: BatchNorm.Statistics<S>] = [:]

  /// What left the last layer.
  var outputs: Matrix<S> { activations[activations.count - 1] }
}

extension ReferenceTrainer {
  /// All layers in training mode.
  mutating func forward(_ inputs: Matrix<S>, samples: [Int], epoch: Int) -> Trace<S> {
    var trace = Trace(activations: [inputs])
    var takesAverages = false
    for (index, layer) in model.layers.enumerated() {
      let x = trace.outputs
      switch layer {
      case .dropout(let rate):
        let mask = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: epoch, samples: samples,
          features: x.columns, as: S.self)
        trace.masks[index] = mask
        trace.activations.append(Dropout.apply(mask, to: x))
      case .batchNorm(let spec) where spec.statistics == .batch:
        let norm = normIndex(of: index)
        let result = BatchNorm.forwardTraining(
          x.reshaped(columns: spec.features), with: parameters[parameterIndex(of: index)],
          spec: spec.overPositions(of: shapes[index]), moving: &statistics[norm])
        trace.statistics[index] = result.statistics
        if let last = result.statistics.last {
          latest[norm].mean.elements = last.mean
          latest[norm].variance.elements = last.variance
        }
        trace.activations.append(result.y.reshaped(columns: x.columns))
        takesAverages = true
      default:
        trace.activations.append(output(of: layer, at: index, behind: trace.activations))
      }
    }
    if takesAverages { batchesTracked += 1 }
    return trace
  }

  /// Runs a batch forward in inference mode: no dropout, moving averages for statistics.
  ///
  /// - Parameter inputs: Inputs, [N, I].
  /// - Returns: The last layer's outputs, [N, classes].
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public func outputs(for inputs: Matrix<S>) -> Matrix<S> {
    var activations = [inputs]
    for (index, layer) in model.layers.enumerated() {
      activations.append(output(of: layer, at: index, behind: activations))
    }
    return activations[activations.count - 1]
  }

  /// What leaves a layer at inference; in training it is the same for all but dropout and
  /// normalisation by the batch.
  func output(of layer: LayerSpec, at index: Int, behind activations: [Matrix<S>]) -> Matrix<S> {
    let x = activations[index]
    switch layer {
    case .dense: return Dense.forward(x, with: parameters[parameterIndex(of: index)])
    case .convolution(let spec):
      return convolution(spec, at: index).forward(x, with: parameters[parameterIndex(of: index)])
    case .averagePool(let spec): return AveragePool.forward(x, over: windows(spec, at: index))
    case .maxPool(let spec): return MaxPool.forward(x, over: windows(spec, at: index))
    case .globalAveragePool:
      return AveragePool.forward(x, over: PoolWindows(wholeOf: shapes[index]))
    case .relu: return ReLU.forward(x)
    case .relu6: return ReLU6.forward(x)
    case .tanh: return Tanh.forward(x)
    case .residual(let span): return Residual.add(x, activations[index - span])
    case .dropout: return x
    case .batchNorm(let spec):
      let y = BatchNorm.forwardInference(
        x.reshaped(columns: spec.features), with: parameters[parameterIndex(of: index)], spec: spec,
        moving: statistics[normIndex(of: index)])
      return y.reshaped(columns: x.columns)
    }
  }

  /// The convolution of a layer, with the shapes that it has there.
  func convolution(_ spec: ConvolutionSpec, at index: Int) -> Convolution {
    Convolution(spec: spec, input: shapes[index], output: shapes[index + 1])
  }

  /// The windows of a pooling layer.
  func windows(_ spec: PoolSpec, at index: Int) -> PoolWindows {
    PoolWindows(spec, input: shapes[index], output: shapes[index + 1])
  }

  /// Where a layer's tensors are among `parameters`; for one that has none, those of the next.
  func parameterIndex(of layer: Int) -> Int {
    layout.parameters.indices.count {
      layout.parameters[$0].layer < layer
        && ($0 == 0 || layout.parameters[$0 - 1].layer != layout.parameters[$0].layer)
    }
  }

  /// Where a normalising layer's averages are among `statistics`.
  func normIndex(of layer: Int) -> Int {
    layout.statistics.count { $0.layer < layer && $0.role == .movingMean }
  }

  /// How many of `parameters` belong to frozen layers.
  var frozenParameters: Int { parameterIndex(of: model.frozenLayers) }
}

extension BatchNormSpec {
  /// The options for rows that are the positions of samples: ghost groups have as many more.
  func overPositions(of image: ImageShape) -> BatchNormSpec {
    var spec = self
    spec.groupSize = groupSize.map { $0 * (image.count / image.channels) }
    return spec
  }
}
