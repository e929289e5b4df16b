extension ModelSpec {
  /// The models that have a name; any other perceptron is spelled by its widths.
  public static let names = [
    "mlp-1", "mlp-2", "mlp-2-crop20", "mlp-5", "lenet", "alexnet", "mobilenet-v2",
    "mobilenet-v2-tiny",
  ]

  /// Finds a model by name.
  ///
  /// The names are those of the published experiments; `mlp:784-128-10` spells the widths of a
  /// perceptron. Behind either, `+tanh` replaces ReLU, `+batchnorm` and `+ghost64` normalise
  /// before each activation (over the batch, or over groups of 64), and `+dropout0.5` drops
  /// behind it. Behind `mobilenet-v2`, `+width0.5` makes channels fewer, `+input96` and `+channels1`
  /// say what its images are, `+classes10` what it tells apart, and `+notop` ends it with its last
  /// map. Nothing is said twice.
  ///
  /// - Parameter name: A name or widths.
  /// - Throws: `ModelError.unknownName`, or `ModelError.tooLarge` for absurd widths.
  public init(named name: String) throws(ModelError) {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    let options = parts.dropFirst().map { $0.prefix(while: \.isLetter) }
    guard Set(options).count == options.count else { throw .unknownName(name) }
    if parts[0] == "mobilenet-v2" || parts[0] == "mobilenet-v2-tiny" {
      self = try MobileNetV2(parts, of: name).model(named: name)
      return
    }
    let perceptron = try PerceptronOptions(parts.dropFirst(), of: name)
    let image = ImageShape(height: 28, width: 28)
    switch parts[0] {
    case "mlp-1":
      try self.init(name, image, [784, 1024, 10], perceptron)
    case "mlp-2":
      try self.init(name, image, [784, 1024, 1024, 10], perceptron)
    case "mlp-2-crop20":
      try self.init(
        name, ImageShape(height: 20, width: 20), [400, 1024, 1024, 10], perceptron, crops: true)
    case "mlp-5":
      try self.init(name, image, [784, 512, 256, 120, 84, 10], perceptron)
    case "lenet" where parts.count == 1:
      try self.init(name: name, input: image, layers: Self.lenetLayers)
    case "alexnet" where parts.count == 1:
      try self = .alexNet(named: name)
    default:
      let prefix = "mlp:"
      guard parts[0].hasPrefix(prefix) else { throw .unknownName(name) }
      let widths = parts[0].dropFirst(prefix.count).split(
        separator: "-", omittingEmptySubsequences: false)
      let numbers = widths.compactMap { Int($0) }
      let largest = 1 << 20
      guard numbers.count == widths.count, numbers.count >= 2, numbers.count <= 64,
        numbers.allSatisfy({ (1...largest).contains($0) })
      else { throw .unknownName(name) }
      let input =
        numbers[0] == image.count ? image : ImageShape(height: 1, width: 1, channels: numbers[0])
      try self.init(name, input, numbers, perceptron)
    }
  }

  private init(
    _ name: String, _ input: ImageShape, _ widths: [Int], _ options: PerceptronOptions,
    crops: Bool = false
  ) throws(ModelError) {
    var layers: [LayerSpec] = []
    for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
      layers.append(.dense(inputs: inputs, outputs: outputs))
      if index < widths.count - 2 { layers += options.layers(behind: outputs) }
    }
    try self.init(name: name, input: input, cropsToInput: crops, layers: layers)
  }
}

/// What stands behind the `+` signs of a perceptron's name.
private struct PerceptronOptions {
  private var activation = LayerSpec.relu
  private var normalizes = false
  private var groupSize: Int?
  private var dropoutRate: Double?

  init(_ words: some Sequence<String>, of name: String) throws(ModelError) {
    for word in words {
      if let named = LayerSpec.activations[word] {
        activation = named
      } else if word == "batchnorm" {
        normalizes = true
      } else if word.hasPrefix("ghost"), let size = Int(word.dropFirst(5)), size > 1 {
        normalizes = true
        groupSize = size
      } else if word.hasPrefix("dropout"), let rate = Double(word.dropFirst(7)), rate >= 0, rate < 1
      {
        dropoutRate = rate
      } else {
        throw .unknownName(name)
      }
    }
  }

  func layers(behind features: Int) -> [LayerSpec] {
    var layers: [LayerSpec] = []
    if normalizes { layers.append(.batchNorm(.pytorch(features: features, groupSize: groupSize))) }
    layers.append(activation)
    if let dropoutRate { layers.append(.dropout(rate: dropoutRate)) }
    return layers
  }
}

extension ModelSpec {
  /// LeNet-5 as the published digit application has it: no padding, average pooling, tanh.
  static let lenetLayers: [LayerSpec] = [
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 6, kernel: 5)), .tanh,
    .averagePool(PoolSpec(window: 2)),
    .convolution(ConvolutionSpec(inputChannels: 6, outputChannels: 16, kernel: 5)), .tanh,
    .averagePool(PoolSpec(window: 2)),
    .dense(inputs: 256, outputs: 120), .tanh,
    .dense(inputs: 120, outputs: 84), .tanh,
    .dense(inputs: 84, outputs: 10),
  ]

  /// AlexNet with ten classes, as torchvision has it: "One weird trick for parallelizing
  /// convolutional neural networks" (Krizhevsky 2014), section 5.1.
  static func alexNet(named name: String) throws(ModelError) -> ModelSpec {
    func convolution(
      _ inputs: Int, _ outputs: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent
    ) -> LayerSpec {
      .convolution(
        ConvolutionSpec(
          inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride,
          padding: padding))
    }
    let pool = LayerSpec.maxPool(PoolSpec(window: 3, stride: 2))
    let features = [
      convolution(3, 64, 11, stride: 4, padding: 2), .relu, pool,
      convolution(64, 192, 5, padding: 2), .relu, pool,
      convolution(192, 384, 3, padding: 1), .relu,
      convolution(384, 256, 3, padding: 1), .relu,
      convolution(256, 256, 3, padding: 1), .relu, pool,
    ]
    let classifier: [LayerSpec] = [
      .dropout(rate: 0.5), .dense(inputs: 9216, outputs: 4096), .relu,
      .dropout(rate: 0.5), .dense(inputs: 4096, outputs: 4096), .relu,
      .dense(inputs: 4096, outputs: 10),
    ]
    return try ModelSpec(
      name: name, input: ImageShape(height: 224, width: 224, channels: 3),
      layers: features + classifier,
      moduleNames: features.indices.map { "features.\($0)" }
        + classifier.indices.map { "classifier.\($0)" })
  }
}
