import TrainingCore

/// A rotation, shift, shear, zoom and flip of an image, each by a known amount.
///
/// It is that of Keras's `ImageDataGenerator`, whose `apply_affine_transform` looks up where each new
/// pixel was: with positions p = (row, column) and the image's centre c = ((H − 1)/2, (W − 1)/2), the
/// value at p is the old one at
///
///     c + R(S Z (p − c) + t),  R = | cos θ  −sin θ |,  S = | 1  −sin φ |,  Z = | zₕ  0  |
///                                  | sin θ   cos θ |       | 0   cos φ |       | 0   z_w |
///
/// with the rotation θ, the shear φ, both in degrees, the zooms z and the shift t in rows and columns.
/// As it is the lookup that is moved, a positive shift moves the content up and left, and a zoom above
/// 1 makes it smaller. A flip follows. The package keras-preprocessing, which TensorFlow 2.0 came
/// with, has the centre at ((H + 1)/2, (W + 1)/2), a pixel off; that is not followed.
///
/// Positions beyond the image are those of the nearest edge (`fill_mode='nearest'`), and values are
/// interpolated bilinearly (`interpolation_order=1`). Amounts are from −2⁴⁰ to 2⁴⁰; by default,
/// nothing is changed.
package struct ImageTransform: Hashable, Sendable {
  /// The rotation θ, in degrees.
  package var rotation = 0.0
  /// How far the lookup is moved down before it is rotated, in rows.
  package var heightShift = 0.0
  /// How far the lookup is moved right before it is rotated, in columns.
  package var widthShift = 0.0
  /// The shear φ, in degrees.
  package var shear = 0.0
  /// The zoom of rows, zₕ.
  package var heightZoom = 1.0
  /// The zoom of columns, z_w.
  package var widthZoom = 1.0
  /// Whether left and right are exchanged.
  package var isFlipped = false

  /// Transforms images, all in the same way.
  ///
  /// Positions are computed in `Double`. The weights between rows and columns are rounded to `Float`,
  /// and a value between a and b is a + w(b − a), each operation rounded, first along rows, then
  /// between them. No operation is other than IEEE's, so all machines agree on the bits.
  package func applied(to examples: Examples) -> Examples {
    let shape = examples.shape
    return examples.mappingImages(of: Array(0..<examples.count), to: shape) { _, image, newImage in
      write(image, of: shape, to: newImage)
    }
  }

  /// Writes the transform of an image, [H, W, C], in the same shape.
  func write(
    _ image: Span<Float>, of shape: ImageShape, to newImage: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      [rotation, heightShift, widthShift, shear, heightZoom, widthZoom]
        .allSatisfy { $0.magnitude <= 0x1p40 },
      "positions are finite")
    let r = SineAndCosine(degrees: rotation)
    let s = SineAndCosine(degrees: shear)
    // The columns of R S Z, and R t.
    let down = (row: r.cosine * heightZoom, column: r.sine * heightZoom)
    let right = (
      row: -(r.cosine * s.sine + r.sine * s.cosine) * widthZoom,
      column: (r.cosine * s.cosine - r.sine * s.sine) * widthZoom
    )
    let shift = (
      row: r.cosine * heightShift - r.sine * widthShift,
      column: r.sine * heightShift + r.cosine * widthShift
    )
    let center = (row: Double(shape.height - 1) / 2, column: Double(shape.width - 1) / 2)
    for row in 0..<shape.height {
      let y = Double(row) - center.row
      for column in 0..<shape.width {
        let x = Double(isFlipped ? shape.width - 1 - column : column) - center.column
        Interpolation.writePixel(
          row: Interpolation(
            at: down.row * y + right.row * x + shift.row + center.row, of: shape.height),
          column: Interpolation(
            at: down.column * y + right.column * x + shift.column + center.column,
            of: shape.width),
          of: image, width: shape.width, channels: shape.channels, to: newImage,
          at: (row * shape.width + column) * shape.channels)
      }
    }
  }
}
