import PropertyTesting
import TrainingCore

extension Choices {
  /// Images of any small shape, with labels that tell them apart.
  ///
  /// - Parameter number: Draws a pixel.
  /// - Returns: The images.
  mutating func images(
    of number: (inout Choices) -> Float = { $0.number() }
  ) -> Examples {
    let count = integer(in: 1...3)
    let shape = ImageShape(
      height: integer(in: 1...9), width: integer(in: 1...9), channels: integer(in: 1...3))
    return Examples(
      shape: shape, classCount: 256, inputs: array(count * shape.count, of: number),
      labels: (0..<count).map { UInt8($0 + 5) })
  }
}

extension Examples {
  /// Images of one channel that begin with the given numbers.
  static func grey(_ height: Int, _ width: Int, _ inputs: [Float]) -> Examples {
    Examples(
      shape: ImageShape(height: height, width: width), classCount: 2, inputs: inputs,
      labels: Array(repeating: 1, count: inputs.count / (height * width)))
  }

  /// A pixel's value.
  subscript(_ sample: Int, _ row: Int, _ column: Int, _ channel: Int) -> Float {
    inputs[((sample * shape.height + row) * shape.width + column) * shape.channels + channel]
  }

  /// The pixels' bits: unlike `==`, they tell zeros apart and a NaN equals itself.
  var bits: [UInt32] { inputs.map(\.bitPattern) }

  /// What differs in what an image's change must leave alone.
  func mislabelled(_ changed: Examples) -> String? {
    labels == changed.labels && classCount == changed.classCount
      && shape.channels == changed.shape.channels ? nil : "labels or channels changed"
  }

  /// How far bilinear interpolation in `Float` may be from the exact one, each pixel.
  ///
  /// With M the largest magnitude of a pixel, a + w(b − a) has terms of 3M together at most. Of its
  /// roundings (the weight's, the difference's, the product's, the sum's) no term meets more than
  /// four; interpolating twice, between what is itself interpolated, eight, and a ninth is room for
  /// the product of such errors. Subnormal products lose half of the least number each.
  var interpolationBound: Double {
    let largest = inputs.reduce(0) { max($0, Double($1.magnitude)) }
    return 3 * Rounding.gamma(9, of: Float.self) * largest
      + 8 * Double(Float.leastNonzeroMagnitude)
  }

  /// The value between pixels by definition, in `Double`: neighbours weighted by how near they are.
  func between(_ sample: Int, row: Double, column: Double, _ channel: Int) -> Double {
    let y = min(max(row, 0), Double(shape.height - 1))
    let x = min(max(column, 0), Double(shape.width - 1))
    var sum = 0.0
    for r in 0..<shape.height {
      for c in 0..<shape.width {
        let weight = max(0, 1 - (y - Double(r)).magnitude) * max(0, 1 - (x - Double(c)).magnitude)
        sum += weight * Double(self[sample, r, c, channel])
      }
    }
    return sum
  }
}
