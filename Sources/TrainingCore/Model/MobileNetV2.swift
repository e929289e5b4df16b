/// MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov & Chen 2018), with torchvision's names and rounding.
///
/// An inverted residual block (section 3.3) expands its channels by a pointwise convolution, filters
/// them by a depthwise one, and projects them linearly; where it keeps its input's shape, its input
/// is added. Every convolution is without bias and followed by a normalisation.
struct MobileNetV2 {
  /// Blocks of the same width, table 2: expansion t, channels c, repeated n times, the first with
  /// stride s.
  private typealias Blocks = (expansion: Int, channels: Int, count: Int, stride: Int)

  private var blocks: [Blocks] = [
    (expansion: 1, channels: 16, count: 1, stride: 1),
    (expansion: 6, channels: 24, count: 2, stride: 2),
    (expansion: 6, channels: 32, count: 3, stride: 2),
    (expansion: 6, channels: 64, count: 4, stride: 2),
    (expansion: 6, channels: 96, count: 3, stride: 1),
    (expansion: 6, channels: 160, count: 3, stride: 2),
    (expansion: 6, channels: 320, count: 1, stride: 1),
  ]
  private var stem = 32
  private var last = 1280
  private var width = 1.0
  private var input = ImageShape(height: 224, width: 224, channels: 3)
  private var classes: Int? = 1000

  private var layers: [LayerSpec] = []
  private var moduleNames: [String] = []

  /// Reads a name and its options.
  ///
  /// The tiny one is for images of 28×28: half as many halvings, and channels few enough to be
  /// trained in seconds.
  init(_ parts: [String], of name: String) throws(ModelError) {
    if parts[0] == "mobilenet-v2-tiny" {
      blocks = [
        (expansion: 1, channels: 8, count: 1, stride: 1),
        (expansion: 4, channels: 16, count: 2, stride: 2),
        (expansion: 4, channels: 24, count: 2, stride: 2),
      ]
      (stem, last, classes) = (8, 96, 10)
      input = ImageShape(height: 28, width: 28)
    }
    for word in parts.dropFirst() {
      let kind = word.prefix { $0.isLetter }
      let number = word.dropFirst(kind.count)
      switch (kind, Int(number), Double(number)) {
      case ("width", _, let factor?) where factor > 0 && factor <= 16: width = factor
      case ("input", let extent?, _) where LayerSpec.widths.contains(extent):
        (input.height, input.width) = (extent, extent)
      case ("channels", let count?, _) where LayerSpec.widths.contains(count):
        input.channels = count
      case ("classes", let count?, _) where LayerSpec.widths.contains(count): classes = count
      case ("notop", _, _) where number.isEmpty: classes = nil
      default: throw .unknownName(name)
      }
    }
  }

  /// The model; an image of which the strides leave less than one position is too small.
  mutating func model(named name: String) throws(ModelError) -> ModelSpec {
    let halvings = 1 + blocks.count { $0.stride == 2 }
    guard input.height >= 1 << halvings, input.width >= 1 << halvings else {
      throw .imagesTooSmall(model: name, smallest: 1 << halvings, found: input)
    }
    var channels = rounded(stem)
    add(from: input.channels, to: channels, kernel: 3, stride: 2, as: "features.0")
    var feature = 1
    for group in blocks {
      for index in 0..<group.count {
        let outputs = rounded(group.channels)
        addBlock(
          from: channels, to: outputs, expansion: group.expansion,
          stride: index == 0 ? group.stride : 1, as: "features.\(feature).conv")
        channels = outputs
        feature += 1
      }
    }
    let outputs = width > 1 ? rounded(last) : last
    add(from: channels, to: outputs, kernel: 1, as: "features.\(feature)")
    if let classes {
      add(.globalAveragePool, "")
      add(.dropout(rate: 0.2), "classifier.0")
      add(.dense(inputs: outputs, outputs: classes), "classifier.1")
    }
    return try ModelSpec(
      name: name, input: input, layers: layers, moduleNames: moduleNames)
  }

  /// So many channels times the width, rounded to a multiple of 8, and by no more than a tenth down.
  private func rounded(_ channels: Int) -> Int {
    let wanted = Double(channels) * width
    let nearest = max(8, Int(wanted + 4) / 8 * 8)
    return Double(nearest) < 0.9 * wanted ? nearest + 8 : nearest
  }

  private mutating func add(_ layer: LayerSpec, _ name: String) {
    layers.append(layer)
    moduleNames.append(name)
  }

  /// A convolution, its normalisation and its activation, which torchvision numbers from 0.
  private mutating func add(
    from inputs: Int, to outputs: Int, kernel: Extent, stride: Int = 1, groups: Int = 1,
    as name: String
  ) {
    let convolution = ConvolutionSpec(
      inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: Extent(stride),
      padding: Extent((kernel.height - 1) / 2), groups: groups, hasBias: false)
    add(.convolution(convolution), name + ".0")
    add(.batchNorm(.pytorch(features: outputs)), name + ".1")
    add(.relu6, "")
  }

  private mutating func addBlock(
    from inputs: Int, to outputs: Int, expansion: Int, stride: Int, as name: String
  ) {
    let first = layers.count
    let hidden = inputs * expansion
    var part = 0
    if expansion != 1 {
      add(from: inputs, to: hidden, kernel: 1, as: "\(name).\(part)")
      part += 1
    }
    add(
      from: hidden, to: hidden, kernel: 3, stride: stride, groups: hidden, as: "\(name).\(part)")
    let projection = ConvolutionSpec(
      inputChannels: hidden, outputChannels: outputs, kernel: 1, hasBias: false)
    add(.convolution(projection), "\(name).\(part + 1)")
    add(.batchNorm(.pytorch(features: outputs)), "\(name).\(part + 2)")
    if stride == 1, inputs == outputs { add(.residual(layers: layers.count - first), "") }
  }
}
