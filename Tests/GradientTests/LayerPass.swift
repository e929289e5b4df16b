import GradientOracles
import PropertyTesting
import TrainingCore
import Verification

@testable import ReferenceTraining

/// One layer, or the loss, with the data that it has besides its input: what its tests pass
/// through it.
///
/// A residual sum has no backward pass of its own: where its gradient goes is the chain's business,
/// which whole models are for.
enum LayerPass<S: Scalar> {
  case dense
  case convolution(Convolution)
  case averagePool(PoolWindows)
  case maxPool(PoolWindows)
  case relu
  case relu6
  case tanh
  case gelu
  case dropout(Matrix<S>)
  /// Over the positions of images.
  case batchNorm(BatchNormSpec, ImageShape)
  case movingBatchNorm(BatchNormSpec, BatchNorm.MovingStatistics<S>)
  case groupNorm(GroupNormSpec, ImageShape)
  case softmaxCrossEntropy([UInt8], CrossEntropySpec?)
  case binaryCrossEntropy([UInt8])

  /// The layer's outputs; of the loss, the loss of each sample, [N, 1].
  func forward(_ x: Matrix<S>, with parameters: Parameters<S>) -> Matrix<S> {
    switch self {
    case .dense: return Dense.forward(x, with: parameters)
    case .convolution(let convolution): return convolution.forward(x, with: parameters)
    case .averagePool(let windows): return AveragePool.forward(x, over: windows)
    case .maxPool(let windows): return MaxPool.forward(x, over: windows)
    case .relu: return ReLU.forward(x)
    case .relu6: return ReLU6.forward(x)
    case .tanh: return Tanh.forward(x)
    case .gelu: return GELU.forward(x)
    case .dropout(let mask): return Dropout.apply(mask, to: x)
    case .batchNorm, .movingBatchNorm, .groupNorm:
      guard let normalized = normalized(x) else { return x }
      return BatchNorm.forward(normalized, with: parameters).reshaped(columns: x.columns)
    case .softmaxCrossEntropy, .binaryCrossEntropy:
      let losses = loss(x)?.losses ?? []
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
    case .convolution(let convolution):
      convolution.accumulateGradients(x: x, outputGradient: cotangent, into: &gradient)
      return convolution.inputGradient(weight: parameters.weight, outputGradient: cotangent)
    case .averagePool(let windows):
      return AveragePool.backward(outputGradient: cotangent, over: windows)
    case .maxPool(let windows):
      return MaxPool.backward(x: x, outputGradient: cotangent, over: windows)
    case .relu: return ReLU.backward(x: x, outputGradient: cotangent)
    case .relu6: return ReLU6.backward(x: x, outputGradient: cotangent)
    case .tanh: return Tanh.backward(y: Tanh.forward(x), outputGradient: cotangent)
    case .gelu: return GELU.backward(x: x, outputGradient: cotangent)
    case .dropout(let mask): return Dropout.apply(mask, to: cotangent)
    case .batchNorm, .movingBatchNorm, .groupNorm:
      guard let normalized = normalized(x) else { return cotangent }
      let positions = cotangent.reshaped(columns: normalized.x.columns)
      BatchNorm.accumulateGradients(normalized, outputGradient: positions, into: &gradient)
      if case .groupNorm(let spec, _) = self {
        return GroupNorm.inputGradient(
          normalized, spec, scale: parameters.weight, outputGradient: positions
        ).reshaped(columns: x.columns)
      }
      return BatchNorm.inputGradient(
        normalized, scale: parameters.weight, outputGradient: positions
      ).reshaped(columns: x.columns)
    case .softmaxCrossEntropy, .binaryCrossEntropy:
      var inputGradient = loss(x)?.gradient ?? x
      for n in 0..<x.rows {
        for o in 0..<x.columns { inputGradient[n, o] = inputGradient[n, o] * cotangent[n, 0] }
      }
      return inputGradient
    }
  }

  private func loss(_ x: Matrix<S>) -> LossResult<S>? {
    switch self {
    case .softmaxCrossEntropy(let labels, let spec):
      SoftmaxCrossEntropy.evaluate(logits: x, labels: labels, spec)
    case .binaryCrossEntropy(let labels):
      BinaryCrossEntropy.evaluate(logits: x, labels: labels)
    default: nil
    }
  }

  private func normalized(_ x: Matrix<S>) -> BatchNorm.Normalized<S>? {
    switch self {
    case .batchNorm(let spec, let image):
      let zeros = Matrix<S>(rows: 1, columns: spec.features)
      var unused = BatchNorm.MovingStatistics(mean: zeros, variance: zeros)
      var latest = unused
      return BatchNorm.normalizeByBatch(
        x.reshaped(columns: spec.features), spec, positions: image.positions, moving: &unused,
        latest: &latest)
    case .movingBatchNorm(let spec, let moving):
      return BatchNorm.normalizeByConstants(x.reshaped(columns: spec.features), spec, moving)
    case .groupNorm(let spec, let image):
      return GroupNorm.normalize(
        x.reshaped(columns: spec.features), spec, positions: image.positions)
    default: return nil
    }
  }

  /// The same layer for dual numbers; its data are constants.
  var lifted: LayerPass<Dual<S>> {
    switch self {
    case .dense: .dense
    case .convolution(let convolution): .convolution(convolution)
    case .averagePool(let windows): .averagePool(windows)
    case .maxPool(let windows): .maxPool(windows)
    case .relu: .relu
    case .relu6: .relu6
    case .tanh: .tanh
    case .gelu: .gelu
    case .dropout(let mask): .dropout(mask.lifted())
    case .batchNorm(let spec, let image): .batchNorm(spec, image)
    case .movingBatchNorm(let spec, let moving): .movingBatchNorm(spec, moving.lifted)
    case .groupNorm(let spec, let image): .groupNorm(spec, image)
    case .softmaxCrossEntropy(let labels, let spec): .softmaxCrossEntropy(labels, spec)
    case .binaryCrossEntropy(let labels): .binaryCrossEntropy(labels)
    }
  }
}

extension BatchNorm.MovingStatistics {
  /// The same averages as dual numbers, constants.
  var lifted: BatchNorm.MovingStatistics<Dual<S>> {
    .init(mean: mean.lifted(), variance: variance.lifted())
  }
}
