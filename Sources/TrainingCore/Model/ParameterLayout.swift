/// A tensor of a model before it has values.
public struct TensorSpec: Hashable, Sendable {
  /// What a tensor is to its layer.
  public enum Role: String, Sendable {
    /// The weights of a dense layer [I, O], or of a convolution [KH, KW, I, O] with I the input
    /// channels of one group.
    case weight
    /// The bias of a dense layer or a convolution, [O].
    case bias
    /// The scale γ of a normalising layer, [C].
    case scale
    /// The shift β of a normalising layer, [C].
    case shift
    /// The moving mean of batch normalisation, [C]; not learned.
    case movingMean
    /// The moving variance of batch normalisation, [C]; not learned.
    case movingVariance
  }

  /// The name under PyTorch's conventions: `fc1.weight`, `bn1.running_mean`.
  public internal(set) var name: String
  /// Extents in the trainers' memory order, inputs before outputs.
  public let shape: [Int]
  /// What it is to its layer.
  public let role: Role
  /// The index of its layer in the model.
  public internal(set) var layer: Int
  /// Inputs of one output unit, from which the initial range follows.
  public let fanIn: Int
  /// The shape of the image whose elements a dense layer takes one by one, in the order H, W, C.
  ///
  /// PyTorch flattens C, H, W; nil where there is no difference.
  public var flattened: ImageShape?

  /// Describes a tensor of a layer, named within the layer: `weight`.
  init(_ name: String, _ role: Role, _ shape: [Int], fanIn: Int = 1, layer: Int = 0) {
    self.name = name
    self.shape = shape
    self.role = role
    self.layer = layer
    self.fanIn = fanIn
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Whether it is learned; moving averages are measured.
  var isLearned: Bool { role != .movingMean && role != .movingVariance }
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
  /// convolution; bn1, … batch normalisation; ln1, … and gn1, … layer and group normalisation.
  public init(of model: ModelSpec) {
    var tensors: [TensorSpec] = []
    var numbers: [String: Int] = [:]
    let shapes = (try? model.shapes()) ?? []
    for (index, layer) in model.layers.enumerated() {
      let traits = layer.traits
      guard let kind = traits.module else { continue }
      numbers[kind, default: 0] += 1
      let module =
        model.moduleNames.isEmpty ? "\(kind)\(numbers[kind, default: 0])" : model.moduleNames[index]
      let image = shapes[index]
      for var tensor in traits.tensors() {
        if traits.flattens, tensor.role == .weight, image.positions > 1, image.channels > 1 {
          tensor.flattened = image
        }
        tensor.name = "\(module).\(tensor.name)"
        tensor.layer = index
        tensors.append(tensor)
      }
    }
    parameters = tensors.filter(\.isLearned)
    statistics = tensors.filter { !$0.isLearned }
  }
}
