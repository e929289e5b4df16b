import TrainingCore

/// Random test data as a function of a seed.
struct RandomNumbers {
  private let field: RandomField
  private var index = 0

  init(seed: Int) {
    field = RandomField(seed: UInt64(seed), purpose: .initialWeights, layer: 1 << 20)
  }

  mutating func word() -> UInt32 {
    defer { index += 1 }
    return field.words(quad: index / 4)[index % 4]
  }

  /// A whole number in a range.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(word()) % range.count
  }

  /// One of several.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[integer(in: 0...elements.count - 1)]
  }

  /// True once in so many times.
  mutating func oneIn(_ count: Int) -> Bool { integer(in: 1...count) == 1 }

  /// A number of 24 bits in −1 ..< 1 and of several magnitudes; as in images, some are zero.
  mutating func number() -> Float {
    if oneIn(8) { return oneIn(4) ? -0.0 : 0 }
    let unit = { (word: UInt32) in Float(Int(word >> 8) - (1 << 23)) * 0x1p-23 }
    return unit(word()) * unit(word())
  }

  /// Images in rows, and a class of each.
  mutating func examples(_ count: Int, inputs: Int, classes: Int) -> Examples {
    Examples(
      shape: ImageShape(height: 1, width: 1, channels: inputs), classCount: classes,
      inputs: (0..<count * inputs).map { _ in number() },
      labels: (0..<count).map { _ in UInt8(integer(in: 0...classes - 1)) })
  }
}

extension Examples {
  /// Random examples for a model, a function of its arguments.
  ///
  /// Labels are below 256, so that of a model with more outputs only the first are classes.
  static func random(_ count: Int, for model: ModelSpec, seed: Int = 1) -> Examples {
    var random = RandomNumbers(seed: seed)
    return random.examples(
      count, inputs: model.input.count, classes: min(model.outputCount, 256))
  }
}
