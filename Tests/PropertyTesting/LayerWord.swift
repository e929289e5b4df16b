import TrainingCore

/// A layer in a word, such as `conv4k3s2p1`: its kind, a number, and options of one letter each.
struct LayerWord {
  /// The letters at the beginning.
  let kind: Substring
  /// The number behind them, where there is one.
  let number: Double?
  private var options: [Character: Extent] = [:]

  /// Takes a word apart; nil where it isn't made like that.
  init?(_ word: String) {
    kind = word.prefix { $0.isLetter }
    var rest = word.dropFirst(kind.count)
    let digits = rest.prefix { !$0.isLetter }
    number = Double(digits)
    guard digits.isEmpty || number != nil else { return nil }
    rest = rest.dropFirst(digits.count)
    while let letter = rest.first {
      let value = rest.dropFirst().prefix { !$0.isLetter || $0 == "x" }
      guard let extent = Extent(words: value) else { return nil }
      options[letter] = extent
      rest = rest.dropFirst(1 + value.count)
    }
  }

  /// The layer, behind layers that leave an image; nil for a word that is none.
  func layer(behind image: ImageShape) -> LayerSpec? {
    let features = image.channels
    switch (kind, number) {
    case ("dense", let outputs?): return .dense(inputs: image.count, outputs: Int(outputs))
    case ("conv", let outputs?): return convolution(image, to: Int(outputs), hasBias: true)
    case ("bareconv", let outputs?): return convolution(image, to: Int(outputs), hasBias: false)
    case ("depthwise", let kernel?):
      return .convolution(
        ConvolutionSpec(
          inputChannels: features, outputChannels: features, kernel: Extent(Int(kernel)),
          stride: options["s"] ?? 1, padding: options["p"] ?? Extent((Int(kernel) - 1) / 2),
          groups: features, hasBias: false))
    case ("maxpool", let window?):
      return .maxPool(PoolSpec(window: Extent(Int(window)), stride: options["s"]))
    case ("averagepool", let window?):
      return .averagePool(PoolSpec(window: Extent(Int(window)), stride: options["s"]))
    case ("globalpool", nil): return .globalAveragePool
    case ("relu", nil): return .relu
    case ("relu", 6): return .relu6
    case ("tanh", nil): return .tanh
    case ("residual", let span?): return .residual(layers: Int(span))
    case ("dropout", let rate?): return .dropout(rate: rate)
    case ("batchnorm", nil): return .batchNorm(.pytorch(features: features))
    case ("ghost", let size?):
      return .batchNorm(.pytorch(features: features, groupSize: Int(size)))
    case ("kerasnorm", nil): return .batchNorm(.keras(features: features))
    case ("movingnorm", nil):
      var spec = BatchNormSpec.pytorch(features: features)
      spec.statistics = .moving
      return .batchNorm(spec)
    default: return nil
    }
  }

  private func convolution(_ image: ImageShape, to outputs: Int, hasBias: Bool) -> LayerSpec {
    .convolution(
      ConvolutionSpec(
        inputChannels: image.channels, outputChannels: outputs, kernel: options["k"] ?? 1,
        stride: options["s"] ?? 1, padding: options["p"] ?? 0,
        groups: options["g"]?.height ?? 1, hasBias: hasBias))
  }
}

extension Extent {
  /// An extent in words, as `3` or `3x2`.
  fileprivate init?(words: Substring) {
    let sides = words.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard let height = sides[0], sides.count <= 2, let width = sides[sides.count - 1] else {
      return nil
    }
    self.init(height: height, width: width)
  }
}
