import Foundation
import ReferenceTraining
import Testing
@testable import Files
@testable import TrainingCore

/// Graphs of small models with whole numbers, in which no sum is rounded: the logits of the file, read
/// back and computed by the documentation of ONNX's operators, are exactly those of the trainer.
@Suite struct ONNXGraphTests {
  /// The kinds of layers, with the operator that each becomes; dropout becomes none.
  private enum Kind: String, CaseIterable {
    case dense = "Gemm"
    case convolution = "Conv"
    case averagePool = "AveragePool"
    case maxPool = "MaxPool"
    case globalAveragePool = "GlobalAveragePool"
    case relu = "Relu"
    case relu6 = "Clip"
    case tanh = "Tanh"
    case residual = "Add"
    case dropout
    case batchNorm = "BatchNormalization"

    init(_ layer: LayerSpec) {
      switch layer {
      case .dense: self = .dense
      case .convolution: self = .convolution
      case .averagePool: self = .averagePool
      case .maxPool: self = .maxPool
      case .globalAveragePool: self = .globalAveragePool
      case .relu: self = .relu
      case .relu6: self = .relu6
      case .tanh: self = .tanh
      case .residual: self = .residual
      case .dropout: self = .dropout
      case .batchNorm: self = .batchNorm
      }
    }
  }

  /// A model, and the operators that it becomes, in order.
  struct Case: CustomTestStringConvertible {
    let description: String
    let input: ImageShape
    let layers: [LayerSpec]
    let operations: [String]
    var testDescription: String { description }

    init(
      _ description: String, _ height: Int, _ width: Int, _ channels: Int, _ layers: [LayerSpec],
      _ operations: [String]
    ) {
      self.description = description
      input = ImageShape(height: height, width: width, channels: channels)
      self.layers = layers
      self.operations = operations
    }
  }

  /// ε and the variances make every deviation 1 or 2.
  private static func batchNorm(_ features: Int, groupSize: Int? = nil) -> LayerSpec {
    .batchNorm(
      BatchNormSpec(
        features: features, epsilon: 0.25, momentum: 0.1, unbiasedMovingVariance: true,
        groupSize: groupSize))
  }

  private static let grouped = LayerSpec.convolution(
    ConvolutionSpec(
      inputChannels: 4, outputChannels: 6, kernel: Extent(height: 3, width: 2),
      stride: Extent(height: 1, width: 2), padding: Extent(height: 2, width: 1), groups: 2))

  private static func pointwise(_ channels: Int) -> LayerSpec {
    .convolution(ConvolutionSpec(inputChannels: channels, outputChannels: channels, kernel: 1))
  }

  static let cases = [
    Case(
      "a perceptron on images", 3, 2, 2,
      [.dense(inputs: 12, outputs: 5), .relu, .dense(inputs: 5, outputs: 3)],
      ["Flatten", "Gemm", "Relu", "Gemm"]),
    Case(
      "a perceptron on rows, normalised, with tanh and dropout", 1, 1, 7,
      [
        .dense(inputs: 7, outputs: 5), batchNorm(5, groupSize: 2), .relu, .dropout(rate: 0.5),
        .dense(inputs: 5, outputs: 3), .tanh,
      ], ["Gemm", "BatchNormalization", "Relu", "Gemm", "Tanh"]),
    Case(
      "groups, strides, padding and a flattened image", 5, 6, 4,
      [grouped, .dense(inputs: 168, outputs: 3)],
      ["Conv", "Flatten", "Gemm"]),
    Case(
      "a depthwise convolution without bias", 5, 4, 3,
      [
        .convolution(
          ConvolutionSpec(
            inputChannels: 3, outputChannels: 3, kernel: 3, stride: 2, padding: 1, groups: 3,
            hasBias: false)), batchNorm(3), .relu6,
      ], ["Conv", "BatchNormalization", "Clip"]),
    Case(
      "average pooling", 5, 6, 2,
      [
        .averagePool(
          PoolSpec(window: Extent(height: 2, width: 4), stride: Extent(height: 1, width: 2))),
        .dense(inputs: 16, outputs: 2),
      ], ["AveragePool", "Flatten", "Gemm"]),
    Case(
      "maximum pooling", 7, 6, 2,
      [.maxPool(PoolSpec(window: 3, stride: Extent(height: 2, width: 1)))],
      ["MaxPool"]),
    Case(
      "global average pooling, the last layer", 4, 2, 3, [.globalAveragePool, .dropout(rate: 0.2)],
      ["GlobalAveragePool", "Flatten"]),
    Case(
      "shortcuts around one and two layers", 4, 4, 2,
      [
        pointwise(2), .relu, .residual(layers: 2), pointwise(2), .residual(layers: 1),
        .globalAveragePool, .dense(inputs: 2, outputs: 2),
      ], ["Conv", "Relu", "Add", "Conv", "Add", "GlobalAveragePool", "Flatten", "Gemm"]),
    Case(
      "images of one pixel, and shortcuts between them and rows", 1, 1, 3,
      [
        pointwise(3), .residual(layers: 1), .dense(inputs: 3, outputs: 3), .residual(layers: 1),
      ], ["Unsqueeze", "Conv", "Unsqueeze", "Add", "Flatten", "Gemm", "Flatten", "Add"]),
    Case("nothing but dropout", 2, 2, 1, [.dropout(rate: 0.5)], ["Identity"]),
  ]

  private static func model(_ test: Case) throws -> ModelSpec {
    try ModelSpec(name: test.description, input: test.input, layers: test.layers)
  }

  /// Whole numbers from −2 to 2; variances of 0.75 and 3.75.
  private static func state(of model: ModelSpec) -> ModelState {
    let layout = ParameterLayout(of: model)
    var state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 0)
    func fill(_ tensors: inout [Tensor], _ specs: [TensorSpec]) {
      for (tensor, spec) in specs.enumerated() {
        for index in 0..<spec.count {
          let number = Float((index * 7 + tensor * 3 + index / 5) % 5 - 2)
          tensors[tensor].values[index] =
            spec.role == .movingVariance ? (index % 2 == 0 ? 0.75 : 3.75) : number
        }
      }
    }
    fill(&state.parameters, layout.parameters)
    fill(&state.statistics, layout.statistics)
    return state
  }

  private static func file(_ model: ModelSpec, _ state: ModelState) throws -> DecodedONNX {
    try DecodedONNX(
      ONNXGraph(of: model, state).encoded(version: "1", metadata: ["b": "2", "a": "é"]))
  }

  @Test(arguments: cases) func theFileComputesWhatTheTrainerDoes(_ test: Case) throws {
    let model = try Self.model(test)
    let state = Self.state(of: model)
    let graph = try Self.file(model, state)
    #expect(graph.nodes.map(\.operation) == test.operations)

    let (n, shape) = (3, model.input)
    let pixels = (0..<n * shape.count).map { (index: Int) -> Float in
      Float((index * 5 + index / 7) % 9 - 4)
    }
    let examples = Examples(
      shape: shape, classCount: model.classCount, inputs: pixels, labels: [0, 0, 0])
    let trainer = try ReferenceTrainer<Float>(
      RunConfiguration(
        model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0),
        batchSize: n, seed: 0), state: state)
    let outputs = trainer.outputs(for: Batch([0, 1, 2], of: examples))
    let isRow = shape.positions == 1
    let logits = try ONNXInterpreter(graph: graph).run(
      ONNXInterpreter.Values(
        shape: [n] + (isRow ? [shape.channels] : [shape.channels, shape.height, shape.width]),
        elements: Self.channelsFirst(pixels, shape)))
    #expect(logits.elements == Self.channelsFirst(outputs, model.output))
    #expect(logits.elements.contains { $0 != 0 })
    let extents = logits.shape.dropFirst().map { "\($0)" }
    #expect(graph.output == ["logits", "N"] + extents)
  }

  @Test func everyKindOfLayerIsInACase() {
    let kinds = Set(Self.cases.flatMap { $0.layers.map(Kind.init) })
    #expect(kinds == Set(Kind.allCases))
  }

  /// Images [N, H, W, C] as [N, C, H, W].
  private static func channelsFirst(_ images: [Float], _ shape: ImageShape) -> [Double] {
    (0..<images.count).map { index in
      let (image, rest) = index.quotientAndRemainder(dividingBy: shape.count)
      let (channel, position) = rest.quotientAndRemainder(dividingBy: shape.positions)
      return Double(images[image * shape.count + position * shape.channels + channel])
    }
  }

  /// Models by name: an operator for each layer, tensors of PyTorch's names, shapes and bytes.
  @Test(arguments: [
    ("mlp-1", ["input", "N", "1", "28", "28"], ["logits", "N", "10"]),
    ("mlp:6-5-4-3+ghost64+tanh+dropout0.5", ["input", "N", "6"], ["logits", "N", "3"]),
    ("lenet", ["input", "N", "1", "28", "28"], ["logits", "N", "10"]),
    ("mobilenet-v2-tiny", ["input", "N", "1", "28", "28"], ["logits", "N", "10"]),
    (
      "mobilenet-v2-tiny+channels3+input32+notop", ["input", "N", "3", "32", "32"],
      ["logits", "N", "96", "4", "4"]
    ),
  ])
  func namedModelsBecomeTheirLayers(_ name: String, _ input: [String], _ output: [String]) throws {
    let model = try ModelSpec(named: name)
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1)
    let graph = try Self.file(model, state)
    #expect(graph.irVersion == [8] && graph.opsets == ["": [17]])
    #expect(graph.producer == ["batchwise", "1"] && graph.name == [name])
    #expect(graph.metadata == ["a": "é", "b": "2"])
    #expect(graph.input == input && graph.output == output)
    let kinds = model.layers.map(Kind.init).filter { $0 != .dropout }
    #expect(graph.nodes.map(\.operation).filter { $0 != "Flatten" } == kinds.map(\.rawValue))
    let layout = ParameterLayout(of: model)
    let entries = Checkpoint.weights(of: state, model: model).entries
    for spec in layout.parameters + layout.statistics {
      let constant = try #require(graph.constants[spec.name])
      #expect(constant.shape == TensorLayout.fileShape(spec) && constant.type == 1)
      #expect(constant.bytes == entries[spec.name]?.bytes)
    }
    // Each constant has a reader, and each value that is read is there.
    let read = graph.nodes.flatMap(\.inputs)
    let written = graph.nodes.map(\.output)
    let known = Set(written + graph.constants.keys).union(["input"])
    #expect(Set(read).union(["logits"]) == known)
    #expect(Set(written).count == written.count && written.last == "logits")
  }

  @Test func aFileThatIsTooLargeIsRefused() throws {
    let model = try ModelSpec(named: "mlp:6-5-3")
    let graph = ONNXGraph(
      of: model, ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1))
    let count = try graph.encoded(version: "1", metadata: [:]).count
    #expect(try graph.encoded(version: "1", metadata: [:], limit: count).count == count)
    let error = OutputError.tooLarge(format: "ONNX", bytes: count, limit: count - 1)
    #expect(throws: error) {
      try graph.encoded(version: "1", metadata: [:], limit: count - 1)
    }
    #expect(
      error.description == "the model as ONNX has \(count) bytes, and a file of that format has at "
        + "most \(count - 1): use a smaller model")
  }
}
