import TrainingCore

@testable import ReferenceTraining

extension ReferenceTrainer {
  /// Which inputs of which ReLU are positive in a training pass.
  ///
  /// Where the pattern is the same at two points and in between, the loss is smooth between them.
  func reluPattern(_ call: Call<S>) -> [Bool] {
    guard model.layers.contains(.relu) else { return [] }
    var x = call.inputs
    var pattern: [Bool] = []
    var remaining = parameters[...]
    let none = Parameters<S>(weight: Matrix(rows: 0, columns: 0), bias: Matrix(rows: 0, columns: 0))
    for (index, layer) in model.layers.enumerated() {
      let pass: LayerPass<S>
      switch layer {
      case .dense: pass = .dense
      case .relu:
        pattern += x.elements.map { $0 > .zero }
        pass = .relu
      case .tanh: pass = .tanh
      case .dropout(let rate):
        pass = .dropout(
          Dropout.mask(
            rate: rate, seed: seed, layer: index, epoch: call.epoch, samples: call.samples,
            features: x.columns))
      case .batchNorm(let spec): pass = .batchNorm(spec)
      case .convolution, .averagePool: return []
      }
      x = pass.forward(x, with: layer.hasParameters ? remaining.removeFirst() : none)
    }
    return pattern
  }
}

extension LayerSpec {
  /// Whether the layer learns anything.
  fileprivate var hasParameters: Bool {
    switch self {
    case .dense, .convolution, .batchNorm: true
    case .averagePool, .relu, .tanh, .dropout: false
    }
  }
}
