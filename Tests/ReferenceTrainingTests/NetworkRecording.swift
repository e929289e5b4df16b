import Files
import Foundation
import TrainingCore

/// What `Benchmarks/Peers/record_networks.py` recorded of convolutional networks.
struct NetworkRecording: Decodable {
  typealias Quantities = TrainingRecording.Quantities

  /// Chosen elements of a tensor, its sum and its norm.
  struct Digest: Decodable {
    let name: String
    /// Places of the chosen elements in the tensor's memory order.
    let indices: [Int]
    let quantities: Quantities

    private enum CodingKeys: CodingKey { case name, indices }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      indices = try container.decode([Int].self, forKey: .indices)
      quantities = try Quantities(from: decoder)
    }
  }

  /// A forward and a backward pass over the whole batch.
  struct Pass: Decodable {
    /// The last layer's outputs, [N, classes].
    let logits: Quantities
    /// The sum of the samples' losses.
    let loss: Quantities
    /// The gradient of that sum by each tensor that is learned.
    let gradients: [Digest]
  }

  /// Both passes of a network.
  struct Passes: Decodable {
    /// With batch normalisation by the moving averages, and gradients nonetheless.
    let inference: Pass
    /// With batch normalisation by the batch.
    let training: Pass
  }

  /// One network.
  struct Case: Decodable {
    let name: String
    let seed: UInt64
    /// The images' height, width and channels.
    let image: [Int]
    let classes: Int
    let imageChecksum: String
    let passes: Passes
    /// All tensors after the pass in training mode and a step of SGD.
    let trained: [Digest]
  }

  let batchSize: Int
  let learningRate: Double
  let members: Int
  let cases: [Case]

  private static let folder = TrainingRecording.packageFolder.appendingPathComponent(
    "Benchmarks/Peers/recordings")

  /// Reads the committed recording.
  static func load() throws -> NetworkRecording {
    try JSONDecoder().decode(
      NetworkRecording.self, from: Data(contentsOf: folder.appendingPathComponent("networks.json")))
  }

  /// The case of a name.
  func networkCase(named name: String) -> Case? { cases.first { $0.name == name } }

  /// The file of weights that PyTorch saved of a case.
  static func weights(of name: String) -> URL {
    folder.appendingPathComponent("\(name).safetensors")
  }

  /// The weights that PyTorch saved of a case, read as any user's file is.
  static func state(of name: String, for model: ModelSpec) throws -> ModelState {
    try Checkpoint.initialState(
      from: weights(of: name).path, model: model, optimizer: .sgd(SGDSpec()))
  }
}

extension NetworkRecording.Case {
  /// The batch: pixels from −1 to 1, drawn by the generator of initial weights, and labels that are
  /// not in order.
  func batch(of count: Int) -> Batch {
    let shape = ImageShape(height: image[0], width: image[1], channels: image[2])
    let field = RandomField(seed: seed, purpose: .initialWeights)
    let pixels = (0..<count * shape.count).map { index in
      2 * (Float(field.words(quad: index / 4)[index % 4] >> 8) * 0x1p-24) - 1
    }
    let examples = Examples(
      shape: shape, classCount: classes, inputs: pixels,
      labels: (0..<count).map { UInt8($0 * 3 % classes) })
    return Batch(0..<count, of: examples)
  }

  /// The network in this package's terms, nothing dropped.
  var model: ModelSpec {
    get throws {
      switch name {
      case "mobilenet-v2":
        let model = try ModelSpec(
          named: "mobilenet-v2+width0.25+input\(image[0])+classes\(classes)")
        return try ModelSpec(
          name: model.name, input: model.input,
          layers: model.layers.map { if case .dropout = $0 { .dropout(rate: 0) } else { $0 } },
          moduleNames: model.moduleNames)
      case "small-alexnet":
        let layers: [LayerSpec] = [
          .convolution(
            ConvolutionSpec(
              inputChannels: 3, outputChannels: 8, kernel: 5, stride: 2, padding: 2)),
          .relu, .maxPool(PoolSpec(window: 3, stride: 2)),
          .convolution(
            ConvolutionSpec(inputChannels: 8, outputChannels: 12, kernel: 3, padding: 1)),
          .relu, .maxPool(PoolSpec(window: 3, stride: 1)),
          .dropout(rate: 0), .dense(inputs: 72, outputs: 16), .relu,
          .dense(inputs: 16, outputs: classes),
        ]
        return try ModelSpec(
          name: name, input: ImageShape(height: image[0], width: image[1], channels: image[2]),
          layers: layers,
          moduleNames: (0..<6).map { "features.\($0)" } + (0..<4).map { "classifier.\($0)" })
      default: return try ModelSpec(named: name)
      }
    }
  }
}
