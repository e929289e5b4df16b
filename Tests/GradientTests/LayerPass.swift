import GradientOracles
import PropertyTesting
import TrainingCore

@testable import ReferenceTraining

/// One layer, or the loss, with the data that it has besides its input: what its tests pass
/// through it.
enum LayerPass<S: Scalar> {
  case dense
  case relu
  case tanh
  case dropout(Matrix<S>)
  case batchNorm(BatchNormSpec)
  case softmaxCrossEntropy([UInt8])

  /// The layer's outputs; of the loss, the loss of each sample, [N, 1].
  func forward(_ x: Matrix<S>, with parameters: Parameters<S>) -> Matrix<S> {
    switch self {
    case .dense: return Dense.forward(x, with: parameters)
    case .relu: return ReLU.forward(x)
    case .tanh: return Tanh.forward(x)
    case .dropout(let mask): return Dropout.apply(mask, to: x)
    case .batchNorm(let spec):
      return normalise(x, with: parameters, spec).y
    case .softmaxCrossEntropy(let labels):
      let losses = SoftmaxCrossEntropy.evaluate(logits: x, labels: labels).losses
      return Matrix(rows: x.rows, columns: 1, elements: losses)
    }
  }

  /// The cotangent of the input, and what is added to the gradients of the parameters.
  ///
  /// Of the loss, each sample's gradient is multiplied by the sample's cotangent.
  func backward(
    _ x: Matrix<S>, with parameters: Parameters<S>, cotangent: Matrix<S>,
    into gradient: inout Parameters<S>
  ) -> Matrix<S> {
    switch self {
    case .dense:
      Dense.accumulateGradients(x: x, outputGradient: cotangent, into: &gradient)
      return Dense.inputGradient(weight: parameters.weight, outputGradient: cotangent)
    case .relu: return ReLU.backward(x: x, outputGradient: cotangent)
    case .tanh: return Tanh.backward(y: Tanh.forward(x), outputGradient: cotangent)
    case .dropout(let mask): return Dropout.apply(mask, to: cotangent)
    case .batchNorm(let spec):
      return BatchNorm.backward(
        x: x, statistics: normalise(x, with: parameters, spec).statistics, parameters: parameters,
        outputGradient: cotangent, into: &gradient)
    case .softmaxCrossEntropy(let labels):
      var inputGradient = SoftmaxCrossEntropy.evaluate(logits: x, labels: labels).gradient
      for n in 0..<x.rows {
        for o in 0..<x.columns { inputGradient[n, o] = inputGradient[n, o] * cotangent[n, 0] }
      }
      return inputGradient
    }
  }

  private func normalise(
    _ x: Matrix<S>, with parameters: Parameters<S>, _ spec: BatchNormSpec
  ) -> (y: Matrix<S>, statistics: BatchNorm.Statistics<S>) {
    let zeros = Matrix<S>(rows: 1, columns: x.columns)
    var unused = BatchNorm.MovingStatistics(mean: zeros, variance: zeros)
    return BatchNorm.forwardTraining(x, with: parameters, spec: spec, moving: &unused)
  }

  /// The same layer for dual numbers; its data are constants.
  var lifted: LayerPass<Dual<S>> {
    switch self {
    case .dense: .dense
    case .relu: .relu
    case .tanh: .tanh
    case .dropout(let mask): .dropout(mask.lifted())
    case .batchNorm(let spec): .batchNorm(spec)
    case .softmaxCrossEntropy(let labels): .softmaxCrossEntropy(labels)
    }
  }
}
