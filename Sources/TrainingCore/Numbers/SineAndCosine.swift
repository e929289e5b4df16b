/// Sine and cosine by IEEE operations alone.
///
/// The C library's differ between systems in their last bits, and an augmented pixel would too:
/// rounding them to `Float` makes that rare, but not impossible.
package struct SineAndCosine: Equatable, Sendable {
  package let sine, cosine: Double

  /// Computes both for a finite angle.
  ///
  /// The angle is split into a multiple of 90° and a rest of at most 45°, without rounding, so
  /// multiples of 90° are exact. For the rest, x in radians, both are sums of Taylor's series up to
  /// x¹⁹ and x¹⁸, from the smallest term on: the terms left out are below 10⁻²⁰.
  package init(degrees: Double) {
    let turn = degrees.remainder(dividingBy: 360)
    let rest = turn.remainder(dividingBy: 90)
    let x = rest * (Double.pi / 180)
    let square = x * x
    var sine = 1.0
    var cosine = 1.0
    for k in stride(from: 9, through: 1, by: -1) {
      sine = 1 - square / Double(2 * k * (2 * k + 1)) * sine
      cosine = 1 - square / Double((2 * k - 1) * 2 * k) * cosine
    }
    sine *= x
    switch (turn - rest) / 90 {
    case 0: (self.sine, self.cosine) = (sine, cosine)
    case 1: (self.sine, self.cosine) = (cosine, -sine)
    case -1: (self.sine, self.cosine) = (-cosine, sine)
    default: (self.sine, self.cosine) = (-sine, -cosine)
    }
  }
}
