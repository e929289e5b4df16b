/// Where between two neighbouring rows or columns a value is taken from.
struct Interpolation: Equatable, Sendable {
  /// The row or column before.
  let lower: Int
  /// The one after, or `lower` again at the edge.
  let upper: Int
  /// How far it is on the way from `lower` to `upper`, from 0 to 1.
  let weight: Float

}

extension Interpolation {
  /// Splits a finite position among `count` rows or columns; one beyond the edge is the edge.
  @inline(__always) init(at position: Double, of count: Int) {
    let inside = min(max(position, 0), Double(count - 1))
    lower = Int(inside)
    upper = min(lower + 1, count - 1)
    weight = Float(inside - Double(lower))
  }

  /// The value between two values: a + w(b − a), each operation rounded.
  ///
  /// Without weight it is `a`, with every bit: an infinity or a negative zero would not survive the
  /// formula. Between equal values, the result is their value.
  @inline(__always) static func value(between a: Float, and b: Float, weight: Float) -> Float {
    weight == 0 ? a : a + weight * (b - a)
  }

  /// Writes the C values of a pixel: first between columns, in both rows, then between rows.
  ///
  /// The image is [H, W, C]; `start` is the index of the pixel's first value in the new image.
  @inline(__always) static func writePixel(
    row: Interpolation, column: Interpolation, of image: Span<Float>, width: Int, channels: Int,
    to newImage: UnsafeMutableBufferPointer<Float>, at start: Int
  ) {
    let lowerRow = row.lower * width
    let upperRow = row.upper * width
    for channel in 0..<channels {
      let lower = value(
        between: image[(lowerRow + column.lower) * channels + channel],
        and: image[(lowerRow + column.upper) * channels + channel], weight: column.weight)
      let upper = value(
        between: image[(upperRow + column.lower) * channels + channel],
        and: image[(upperRow + column.upper) * channels + channel], weight: column.weight)
      newImage.initializeElement(
        at: start + channel, to: value(between: lower, and: upper, weight: row.weight))
    }
  }
}
