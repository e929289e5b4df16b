import TrainingCore

extension Choices {
  /// Layers over images, in words that begin with the image's extents: convolutions, pools, residual
  /// sums and whatever takes any shape.
  ///
  /// - Parameters:
  ///   - extent: Rows and columns of an image, at most.
  ///   - channels: Its channels, and those of every layer, at most.
  ///   - coupled: Whether layers may couple the samples of a batch.
  /// - Returns: The words.
  /// - Throws: `ModelError` for words that make no model, which would be a fault here.
  public mutating func imageWords(
    extent: Int, channels: Int, coupled: Bool = true
  ) throws(ModelError) -> String {
    var words =
      "\(integer(in: 1...extent))x\(integer(in: 1...extent))x\(integer(in: 1...channels))"
    for _ in 0..<integer(in: 0...6) {
      let shapes = try ModelSpec(words: words).shapes()
      words += " " + imageLayer(behind: shapes, channels: channels, coupled: coupled)
    }
    return words
  }

  /// A layer that takes the last of some shapes; a residual sum reaches back among them.
  private mutating func imageLayer(
    behind shapes: [ImageShape], channels: Int, coupled: Bool
  ) -> String {
    let image = shapes[shapes.count - 1]
    switch integer(in: 0...12) {
    case 0...1: return convolution(over: image, channels: channels)
    case 2:
      let kernel = pick([1, 3])
      return "\(pick(["conv", "bareconv"]))\(image.channels)k\(kernel)p\((kernel - 1) / 2)"
    case 3: return "depthwise\(pick([3, 1]))s\(integer(in: 1...2))"
    case 4...5:
      let window = integer(in: 1...min(image.height, image.width, 3))
      return "\(pick(["maxpool", "averagepool"]))\(window)s\(integer(in: 1...3))"
    case 6: return pick(["relu6", "relu", "globalpool"])
    case 7: return pick(["relu6", "tanh", "gelu"])
    case 8:
      return pick([
        "movingnorm", "dropout0.\(integer(in: 1...9))", groupNorm(of: image.channels),
      ])
    case 9...10:
      let spans = (1..<max(shapes.count, 1)).filter { shapes[shapes.count - 1 - $0] == image }
      return spans.isEmpty ? "relu6" : "residual\(pick(spans))"
    default:
      let alone = ["movingnorm", "relu6"]
      return pick(coupled ? ["batchnorm", "ghost\(integer(in: 2...5))", "kerasnorm"] : alone)
    }
  }

  /// Group normalisation, with any number of groups that so many channels have.
  public mutating func groupNorm(of channels: Int) -> String {
    "groupnorm\(pick((1...channels).filter(channels.isMultiple(of:))))"
  }

  /// A convolution that has at least one window on an image, with any kernel, stride, padding and
  /// groups.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - channels: The channels that leave, at most; or as many as enter.
  /// - Returns: The word.
  public mutating func convolution(over image: ImageShape, channels: Int) -> String {
    func side(_ length: Int, _ choices: inout Choices) -> (kernel: Int, padding: Int) {
      let kernel = choices.integer(in: 1...3)
      let least = max(0, (kernel - length + 1) / 2)
      return (kernel, choices.integer(in: least...kernel - 1))
    }
    let (rows, columns) = (side(image.height, &self), side(image.width, &self))
    let groups = pick((1...image.channels).filter(image.channels.isMultiple(of:)))
    let outputs = groups * integer(in: 1...max(1, channels / groups))
    return "\(pick(["conv", "bareconv"]))\(outputs)k\(rows.kernel)x\(columns.kernel)"
      + "s\(integer(in: 1...2))x\(integer(in: 1...2))p\(rows.padding)x\(columns.padding)g\(groups)"
  }
}
