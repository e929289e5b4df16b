/// An array of numbers from a file that isn't made for images alone.
struct NumericArray {
  /// What an element may be.
  enum Element: String {
    case boolean = "booleans", integer = "integers", real = "floats"
  }

  /// Where it is from, for errors and reports: a file, or a file and the array's name in it.
  let source: String
  /// The extent of each dimension, the slowest first.
  let extents: [Int]
  let element: Element
  /// The elements in row-major order.
  ///
  /// Wide integers round to `Float`, which changes none that may be a pixel or a label.
  let values: [Float]

  /// The smallest and the largest element, which may be no number; nil where there is none.
  var range: ClosedRange<Float>? {
    var (lower, upper) = (Float.infinity, -Float.infinity)
    for value in values {
      guard !value.isNaN else { return nil }
      lower = min(lower, value)
      upper = max(upper, value)
    }
    return lower <= upper ? lower...upper : nil
  }

  /// The elements as classes, [N] or [N, 1].
  func labels() throws(DatasetError) -> [UInt8] {
    guard extents.count == 1 || extents.dropFirst().allSatisfy({ $0 == 1 }) else {
      throw DatasetError(
        source,
        .unusable(
          reason:
            "one label an image is expected, found \(product): take np.argmax(labels, axis=1) "
            + "where each row has a 1"))
    }
    var labels: [UInt8] = []
    labels.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let label = UInt8(exactly: value) else {
        throw DatasetError(
          source,
          .unusable(
            reason: "label \(index) is \(Self.short(value)): whole numbers from 0 to 255 expected"))
      }
      labels.append(label)
    }
    return labels
  }

  /// The elements as pixels from 0 to 255, each times a factor and rounded.
  func pixels(factor: Float) -> [UInt8] {
    values.map { UInt8(min(max(($0 * factor).rounded(), 0), 255)) }
  }

  /// What makes the pixels of a data set's arrays 0 to 255: 255 where they are from 0 to 1, else 1.
  ///
  /// Booleans and floats of at most 1 are from 0 to 1; integers are from 0 to 255. Anything else is
  /// refused, since no rule says what is black and what is white.
  static func pixelFactor(of arrays: [NumericArray]) throws(DatasetError) -> Float {
    var largest: Float = 0
    for array in arrays {
      guard array.element == arrays[0].element else {
        throw DatasetError(
          array.source,
          .unusable(
            reason:
              "pixels are \(array.element.rawValue) here and \(arrays[0].element.rawValue) in "
              + "\(arrays[0].source): save both alike"))
      }
      guard let range = array.range, range.lowerBound >= 0, range.upperBound <= 255 else {
        let found =
          array.range.map { "from \(short($0.lowerBound)) to \(short($0.upperBound))" }
          ?? "some of which are no numbers"
        throw DatasetError(
          array.source,
          .unusable(reason: "pixels from 0 to 1 or from 0 to 255 expected, found pixels \(found)"))
      }
      largest = max(largest, range.upperBound)
    }
    guard largest <= 1, arrays.first?.element == .integer else { return largest <= 1 ? 255 : 1 }
    throw DatasetError(
      arrays[0].source,
      .unusable(
        reason:
          "no pixel is above 1, although whole numbers go to 255: multiply by 255, or save as "
          + "booleans or floats"))
  }

  /// The extents, as in 60000×28×28.
  var product: String { extents.map(String.init).joined(separator: "×") }

  /// A number without the decimals of a whole one.
  private static func short(_ value: Float) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
