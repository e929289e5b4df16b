import Foundation
import TrainingCore

/// A model at inference as a graph of ONNX's operators.
///
/// Images are [N, C, H, W], with N the batch; what leaves a dense layer is a row, [N, features], and so
/// is what enters a model whose images have one pixel. Weights lie as PyTorch has them, which is as
/// ONNX has them too. Dropout does nothing, and batch normalisation goes by the moving averages. The
/// model's input is `input` and its output `logits`.
package struct ONNXGraph {
  /// The version of the operators.
  package static let opset = 17
  /// The version of the file's format, which came with these operators.
  package static let irVersion = 8

  /// An operator that is applied to values, which it finds by their names.
  struct Node: Equatable {
    let operation: String
    let inputs: [String]
    var output: String
    let attributes: [String: Attribute]
  }

  /// An operator's attribute.
  enum Attribute: Equatable {
    case number(Float)
    case integer(Int)
    case integers([Int])
  }

  /// A tensor on its way through the graph: an image, or a row of numbers.
  private struct Value {
    let name: String
    let isRow: Bool
  }

  /// The model's name.
  let name: String
  /// The operators in an order in which they can be applied.
  private(set) var nodes: [Node] = []
  /// The tensors that are constant, by name: parameters, and what operators need to know.
  private(set) var initializers: [String: Safetensors.Entry]
  /// The extents of what enters for each sample: [C, H, W], or [features].
  package let input: [Int]
  /// The extents of what leaves for each sample: [classes], or [C, H, W] where a model ends in a map.
  package let output: [Int]

  private let layout: ParameterLayout

  /// Makes the graph of a model with the weights of a state.
  package init(of model: ModelSpec, _ state: ModelState) {
    func extents(_ shape: ImageShape) -> [Int] {
      shape.positions == 1 ? [shape.channels] : [shape.channels, shape.height, shape.width]
    }
    name = model.name
    layout = ParameterLayout(of: model)
    initializers = Checkpoint.weights(of: state, model: model).entries
      .filter { !$0.key.hasSuffix(Checkpoint.batchesTracked) }
    (input, output) = (extents(model.input), extents(model.output))
    var values = [Value(name: "input", isRow: input.count == 1)]
    for (index, layer) in model.layers.enumerated() {
      values.append(append(layer, at: index, values))
    }
    let last = output.count == 1 ? row(values[values.count - 1]) : values[values.count - 1]
    if nodes.isEmpty { _ = apply("Identity", to: [last.name], isRow: last.isRow) }
    nodes[nodes.count - 1].output = "logits"
  }

  /// Appends a layer's operators, given the values that entered each layer so far; returns what leaves.
  private mutating func append(_ layer: LayerSpec, at index: Int, _ values: [Value]) -> Value {
    let x = values[index]
    let tensors = (layout.parameters + layout.statistics).filter { $0.layer == index }.map(\.name)
    switch layer {
    case .dense:
      return apply("Gemm", to: [row(x).name] + tensors, isRow: true, ["transB": .integer(1)])
    case .convolution(let spec):
      let (height, width) = (spec.padding.height, spec.padding.width)
      var attributes = Self.windows(spec.kernel, spec.stride)
      attributes["pads"] = .integers([height, width, height, width])
      attributes["group"] = .integer(spec.groups)
      return apply("Conv", to: [image(x).name] + tensors, isRow: false, attributes)
    case .averagePool(let spec):
      let attributes = Self.windows(spec.window, spec.stride)
      return apply("AveragePool", to: [image(x).name], isRow: false, attributes)
    case .maxPool(let spec):
      let attributes = Self.windows(spec.window, spec.stride)
      return apply("MaxPool", to: [image(x).name], isRow: false, attributes)
    case .globalAveragePool:
      return apply("GlobalAveragePool", to: [image(x).name], isRow: false)
    case .relu: return apply("Relu", to: [x.name], isRow: x.isRow)
    case .relu6:
      let bounds = [constant("zero", 0), constant("six", 6)]
      return apply("Clip", to: [x.name] + bounds, isRow: x.isRow)
    case .tanh: return apply("Tanh", to: [x.name], isRow: x.isRow)
    case .residual(let span):
      let shortcut = x.isRow ? row(values[index - span]) : image(values[index - span])
      return apply("Add", to: [x.name, shortcut.name], isRow: x.isRow)
    case .dropout: return x
    case .batchNorm(let spec):
      return apply(
        "BatchNormalization", to: [x.name] + tensors, isRow: x.isRow,
        ["epsilon": .number(Float(spec.epsilon))])
    }
  }

  /// Appends an operator and returns its output.
  private mutating func apply(
    _ operation: String, to inputs: [String], isRow: Bool, _ attributes: [String: Attribute] = [:]
  ) -> Value {
    let output = "\(operation)_\(nodes.count)"
    nodes.append(
      Node(operation: operation, inputs: inputs, output: output, attributes: attributes))
    return Value(name: output, isRow: isRow)
  }

  /// The value as a row: of an image the elements in the order C, H, W.
  private mutating func row(_ value: Value) -> Value {
    value.isRow ? value : apply("Flatten", to: [value.name], isRow: true)
  }

  /// The value as an image: of a row one pixel.
  private mutating func image(_ value: Value) -> Value {
    guard value.isRow else { return value }
    initializers["axes"] = Safetensors.Entry(
      type: "I64", shape: [2], bytes: Data([2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]))
    return apply("Unsqueeze", to: [value.name, "axes"], isRow: false)
  }

  /// The name of a constant, which is there once.
  private mutating func constant(_ name: String, _ value: Float) -> String {
    initializers[name] = Safetensors.Entry(
      type: "F32", shape: [], bytes: TensorLayout.littleEndian([value]))
    return name
  }

  private static func windows(_ window: Extent, _ stride: Extent) -> [String: Attribute] {
    [
      "kernel_shape": .integers([window.height, window.width]),
      "strides": .integers([stride.height, stride.width]),
    ]
  }
}
