/// A tensor of a model before it has values.
public struct TensorSpec: Hashable, Sendable {
  /// What a tensor is to its layer.
  public enum Role: String, Sendable {
    /// The weights of a dense layer [I, O], or of a convolution [KH, KW, I, O] with I the input
    /// channels of one group.
    case weight
    /// The bias of a dense layer or a convolution, [O].
    case bias
    /// The scale γ of batch normalisation, [C].
    case scale
    /// The shift β of batch normalisation, [C].
    case shift
    /// The moving mean of batch normalisation, [C]; not learned.
    case movingMean
    /// The moving variance of batch normalisation, [C]; not learned.
    case movingVariance
  }

  /// The name under PyTorch's conventions: `fc1.weight`, `bn1.running_mean`.
  public let name: String
  /// Extents in the trainers' memory order, inputs before outputs.
  public let shape: [Int]
  /// What it is to its layer.
  public let role: Role
  /// The index of its layer in the model.
  public let layer: Int
  /// Inputs of one output unit, from which the initial range follows.
  public let fanIn: Int
  /// The shape of the image whose elements a dense layer takes one by one, in the order H, W, C.
  ///
  /// PyTorch flattens C, H, W; nil where there is no difference.
  public var flattened: ImageShape?

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// The names, shapes and order of a model's tensors, the same in both trainers and in files.
public struct ParameterLayout: Hashable, Sendable {
  /// The tensors that are learned, in the order of their layers.
  public let parameters: [TensorSpec]
  /// The tensors that are measured, not learned: moving averages.
  public let statistics: [TensorSpec]

  /// Lists the tensors of a model.
  ///
  /// A model that doesn't name its modules has them numbered by kind: fc1, fc2, … dense; conv1, …
  /// convolution; bn1, … batch normalisation.
  ///
  /// - Parameter model: The model.
  public init(of model: ModelSpec) {
    var parameters: [TensorSpec] = []
    var statistics: [TensorSpec] = []
    var dense = 0
    var convolutions = 0
    var norms = 0
    let shapes = (try? model.shapes()) ?? []
    for (index, layer) in model.layers.enumerated() {
      let input = shapes[index]
      func tensor(
        _ module: String, _ name: String, _ role: TensorSpec.Role, _ shape: [Int], fanIn: Int = 1,
        flattened: ImageShape? = nil
      ) -> TensorSpec {
        let module = model.moduleNames.isEmpty ? module : model.moduleNames[index]
        return TensorSpec(
          name: "\(module).\(name)", shape: shape, role: role, layer: index, fanIn: fanIn,
          flattened: flattened)
      }
      switch layer {
      case .dense(let inputs, let outputs):
        dense += 1
        parameters += [
          tensor(
            "fc\(dense)", "weight", .weight, [inputs, outputs], fanIn: inputs,
            flattened: input.channels < input.count && input.channels > 1 ? input : nil),
          tensor("fc\(dense)", "bias", .bias, [outputs], fanIn: inputs),
        ]
      case .convolution(let spec):
        convolutions += 1
        parameters.append(
          tensor(
            "conv\(convolutions)", "weight", .weight,
            [spec.kernel.height, spec.kernel.width, spec.inputsPerGroup, spec.outputChannels],
            fanIn: spec.fanIn))
        guard spec.hasBias else { continue }
        parameters.append(
          tensor(
            "conv\(convolutions)", "bias", .bias, [spec.outputChannels], fanIn: spec.fanIn))
      case .batchNorm(let spec):
        norms += 1
        parameters += [
          tensor("bn\(norms)", "weight", .scale, [spec.features]),
          tensor("bn\(norms)", "bias", .shift, [spec.features]),
        ]
        statistics += [
          tensor("bn\(norms)", "running_mean", .movingMean, [spec.features]),
          tensor("bn\(norms)", "running_var", .movingVariance, [spec.features]),
        ]
      case .averagePool, .maxPool, .globalAveragePool, .relu, .relu6, .tanh, .residual, .dropout:
        break
      }
    }
    self.parameters = parameters
    self.statistics = statistics
  }
}
