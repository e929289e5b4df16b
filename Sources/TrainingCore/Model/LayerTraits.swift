/// Everything about a kind of layer except its arithmetic.
///
/// A new layer is a case of `LayerSpec`, an entry in `LayerSpec.traits`, and a forward and a backward
/// pass in each trainer. The shapes of a model, the names of its tensors, its cost, and what the laws
/// may ask of it all follow from the entry.
package struct LayerTraits {
  /// The kind of layer, in words.
  package let name: String
  /// What files call its module, before a number; nil for a layer without tensors.
  package var module: String?
  /// Its tensors in the order of files, without the module's name and number; asked for only where
  /// `output` is not nil.
  var tensors: () -> [TensorSpec] = { [] }
  /// Whether it takes an image as one row of numbers, in the order H, W, C.
  package var flattens = false
  /// The options of a layer that normalises by its batch in training, and so couples the samples.
  package var batchStatistics: BatchNormSpec?
  /// Whether it has inputs at which it has no derivative.
  package var hasKinks = false
  /// The roundings on a number's longest way forward and backward through the layer, given the samples
  /// of a batch and the positions of the image that enters.
  package var roundings: (_ samples: Int, _ positions: Int) -> Int = { _, _ in 4 }
  /// The shape that leaves, or nil where the layer can't take what enters; here, any image, unchanged.
  var output: (_ input: ImageShape) -> ImageShape? = { $0 }

  /// Inputs that one output is a weighted sum of; 0 for a layer without weights.
  var inputsPerOutput: Int { tensors().first { $0.role == .weight }?.fanIn ?? 0 }
}

extension LayerSpec {
  /// The layer's traits: the one place where kinds of layers are described.
  package var traits: LayerTraits {
    switch self {
    case .dense(let inputs, let outputs):
      LayerTraits(
        name: "dense", module: "fc",
        tensors: {
          [
            TensorSpec("weight", .weight, [inputs, outputs], fanIn: inputs),
            TensorSpec("bias", .bias, [outputs], fanIn: inputs),
          ]
        },
        flattens: true, roundings: { _, _ in inputs + outputs + 2 },
        output: { input in
          guard inputs == input.count, Self.widths.contains(outputs) else { return nil }
          return ImageShape(height: 1, width: 1, channels: outputs)
        })
    case .convolution(let spec):
      LayerTraits(
        name: "convolution", module: "conv",
        tensors: {
          let shape = [
            spec.kernel.height, spec.kernel.width, spec.inputsPerGroup, spec.outputChannels,
          ]
          let weight = TensorSpec("weight", .weight, shape, fanIn: spec.fanIn)
          let bias = TensorSpec("bias", .bias, [spec.outputChannels], fanIn: spec.fanIn)
          return spec.hasBias ? [weight, bias] : [weight]
        },
        roundings: { 2 * spec.kernel.count * spec.outputChannels + $1 + 2 },
        output: spec.outputShape)
    case .averagePool(let spec):
      LayerTraits(
        name: "average pool", roundings: { _, _ in 2 * spec.window.count + 4 },
        output: spec.outputShape)
    case .maxPool(let spec):
      LayerTraits(
        name: "max pool", hasKinks: true, roundings: { _, _ in 2 * spec.window.count + 4 },
        output: spec.outputShape)
    case .globalAveragePool:
      LayerTraits(
        name: "global average pool", roundings: { $1 + 4 },
        output: { ImageShape(height: 1, width: 1, channels: $0.channels) })
    case .relu: LayerTraits(name: "ReLU", hasKinks: true)
    case .relu6: LayerTraits(name: "ReLU6", hasKinks: true)
    case .tanh: LayerTraits(name: "tanh")
    case .gelu: LayerTraits(name: "GELU", roundings: { _, _ in 16 })
    case .residual: LayerTraits(name: "residual")
    case .dropout(let rate):
      LayerTraits(name: "dropout", output: { rate >= 0 && rate < 1 ? $0 : nil })
    case .batchNorm(let spec):
      LayerTraits(
        name: "batch normalisation", module: "bn",
        tensors: {
          [
            TensorSpec("weight", .scale, [spec.features]),
            TensorSpec("bias", .shift, [spec.features]),
            TensorSpec("running_mean", .movingMean, [spec.features]),
            TensorSpec("running_var", .movingVariance, [spec.features]),
          ]
        },
        batchStatistics: spec.statistics == .batch ? spec : nil,
        roundings: { 4 * (spec.groupSize ?? $0) * $1 + 16 },
        output: { spec.features == $0.channels && spec.groupSize ?? 2 > 1 ? $0 : nil })
    case .groupNorm(let spec):
      LayerTraits(
        name: "group normalisation", module: spec.groups == 1 ? "ln" : "gn",
        tensors: {
          [
            TensorSpec("weight", .scale, [spec.features]),
            TensorSpec("bias", .shift, [spec.features]),
          ]
        },
        roundings: { 4 * spec.features / max(spec.groups, 1) * $1 + $0 * $1 + 32 },
        output: {
          spec.features == $0.channels && spec.groups > 0
            && spec.features.isMultiple(of: spec.groups) ? $0 : nil
        })
    }
  }

  /// The options where the layer couples the samples of a batch in training; nil for all others.
  public var batchStatistics: BatchNormSpec? { traits.batchStatistics }

  /// The multiplications of a forward pass for one image, given the shape of what leaves the layer.
  package func multiplications(output: ImageShape) -> Int { traits.inputsPerOutput * output.count }

  /// The shape that leaves for one image, or `ModelError.shapeMismatch` if the layer can't take it.
  package func outputShape(for input: ImageShape) throws(ModelError) -> ImageShape {
    guard let output = traits.output(input) else {
      throw .shapeMismatch(layer: self, input: input)
    }
    return output
  }
}

extension ModelSpec {
  /// Whether no layer lets a sample of a batch influence another in training.
  ///
  /// A layer that normalises by its moving averages doesn't, nor does one that sums over the positions
  /// of an image.
  public var isUncoupled: Bool { layers.allSatisfy { $0.batchStatistics == nil } }

  /// Whether the loss has kinks, where it has no derivative.
  public var hasKinks: Bool { layers.contains { $0.traits.hasKinks } }
}
