extension ModelSpec {
  /// The models that have a name; any other perceptron is spelled by its widths.
  public static let names = [
    "mlp-1", "mlp-2", "mlp-2-crop20", "mlp-5", "lenet", "alexnet", "mobilenet-v2",
    "mobilenet-v2-tiny",
  ]

  /// How a model is spelled that isn't in `names`, in a clause.
  public static let spelling =
    "widths as in mlp:784-128-10; after a perceptron +tanh, +gelu, +batchnorm, +ghost64, +layernorm, "
    + "+groupnorm4 or +dropout0.5; after mobilenet-v2 or mobilenet-v2-tiny +width0.5, +input96, +channels3, +classes10 or +notop"

  /// The name of the most similar model that takes images of a shape, and has outputs for so many
  /// classes; nil where none does.
  ///
  /// A perceptron gets another first and last width, and a MobileNetV2 other options; for any other
  /// model it is a perceptron.
  static func name(like name: String, taking shape: ImageShape, classes: Int) -> String? {
    var parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    let spec = try? ModelSpec(named: name)
    let hasTop = !parts.contains("notop")
    if parts[0].hasPrefix("mobilenet-v2"), shape.height == shape.width {
      let options = ["input\(shape.height)", "channels\(shape.channels)"]
      let kept = parts.filter { !$0.hasPrefix("input") && !$0.hasPrefix("channels") }
      let enough = (spec?.classCount ?? 0) >= classes && parts.contains { $0.hasPrefix("classes") }
      let top = kept.filter { enough || !$0.hasPrefix("classes") }
      parts =
        [parts[0]] + options + (hasTop && !enough ? ["classes\(classes)"] : []) + top.dropFirst()
    } else {
      let widths = spec?.layers.compactMap { layer -> Int? in
        if case .dense(_, let outputs) = layer { outputs } else { nil }
      }
      let isPerceptron = parts[0].hasPrefix("mlp")
      let hidden = isPerceptron ? widths?.dropLast() ?? [128] : [128]
      let outputs = max(classes, isPerceptron ? widths?.last ?? classes : classes)
      let all = [shape.count] + hidden + [outputs]
      parts =
        ["mlp:" + all.map(String.init).joined(separator: "-")]
        + (isPerceptron ? parts.dropFirst() : [])
    }
    let similar = parts.joined(separator: "+")
    return (try? ModelSpec(named: similar)) == nil ? nil : similar
  }

  /// Finds a model by name.
  ///
  /// The names are those of the published experiments; `mlp:784-128-10` spells the widths of a
  /// perceptron. Options follow: `+tanh` or `+gelu` replaces ReLU, `+batchnorm` and `+ghost64`
  /// normalise before each activation (over the batch, or over groups of 64 samples), as `+layernorm`
  /// and `+groupnorm4` do (each sample alone, over all features or four groups), and `+dropout0.5`
  /// drops after it. For `mobilenet-v2`, `+width0.5` halves the channels, `+input96` and `+channels1`
  /// give the images' shape, `+classes10` the classes, and `+notop` ends it with its last map. No
  /// option comes twice.
  ///
  /// - Throws: `ModelError.unknownName`, or `ModelError.tooLarge` for absurd widths.
  public init(named name: String) throws(ModelError) {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    let kinds = parts.dropFirst().map { $0.prefix(while: \.isLetter) }
    guard Set(kinds).count == kinds.count else { throw .unknownName(name) }
    if parts[0] == "mobilenet-v2" || parts[0] == "mobilenet-v2-tiny" {
      var network = try MobileNetV2(parts, of: name)
      self = try network.model(named: name)
      return
    }
    let options = try PerceptronOptions(parts.dropFirst(), of: name)
    let image = ImageShape(height: 28, width: 28)
    var input = image
    let widths: [Int]
    switch parts[0] {
    case "mlp-1": widths = [784, 1024, 10]
    case "mlp-2": widths = [784, 1024, 1024, 10]
    case "mlp-2-crop20":
      widths = [400, 1024, 1024, 10]
      input = ImageShape(height: 20, width: 20)
    case "mlp-5": widths = [784, 512, 256, 120, 84, 10]
    case "lenet" where parts.count == 1:
      try self.init(name: name, input: image, layers: Self.lenetLayers)
      return
    case "alexnet" where parts.count == 1:
      try self = .alexNet(named: name)
      return
    default:
      let words = parts[0].dropFirst(4).split(separator: "-", omittingEmptySubsequences: false)
      widths = words.compactMap { Int($0) }
      guard parts[0].hasPrefix("mlp:"), widths.count == words.count, (2...64).contains(words.count),
        widths.allSatisfy(LayerSpec.widths.contains)
      else { throw .unknownName(name) }
      if widths[0] != image.count { input = ImageShape(height: 1, width: 1, channels: widths[0]) }
    }
    var layers: [LayerSpec] = []
    for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
      layers.append(.dense(inputs: inputs, outputs: outputs))
      if index < widths.count - 2 { layers += options.layers(after: outputs) }
    }
    let crops = parts[0] == "mlp-2-crop20"
    try self.init(name: name, input: input, cropsToInput: crops, layers: layers)
  }
}

/// The options after the `+` signs of a perceptron's name.
private struct PerceptronOptions {
  private var activation: LayerSpec?
  private var normalizes = false
  private var groupSize: Int?
  private var featureGroups: Int?
  private var dropoutRate: Double?

  init(_ words: some Sequence<String>, of name: String) throws(ModelError) {
    for word in words {
      let kind = word.prefix { $0.isLetter }
      let number = word.dropFirst(kind.count)
      switch (kind, Int(number), Double(number)) {
      case ("tanh", _, _) where number.isEmpty && activation == nil: activation = .tanh
      case ("gelu", _, _) where number.isEmpty && activation == nil: activation = .gelu
      case ("batchnorm", _, _) where number.isEmpty: normalizes = true
      case ("ghost", let size?, _) where size > 1: (normalizes, groupSize) = (true, size)
      case ("layernorm", _, _) where number.isEmpty && featureGroups == nil: featureGroups = 1
      case ("groupnorm", let groups?, _) where groups > 0 && featureGroups == nil:
        featureGroups = groups
      case ("dropout", _, let rate?) where rate >= 0 && rate < 1: dropoutRate = rate
      default: throw .unknownName(name)
      }
    }
    guard !normalizes || featureGroups == nil else { throw .unknownName(name) }
  }

  /// The layers between a dense layer of so many features and the next.
  func layers(after features: Int) -> [LayerSpec] {
    var layers: [LayerSpec] = []
    if normalizes { layers.append(.batchNorm(.pytorch(features: features, groupSize: groupSize))) }
    if let featureGroups {
      layers.append(.groupNorm(GroupNormSpec(features: features, groups: featureGroups)))
    }
    layers.append(activation ?? .relu)
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
