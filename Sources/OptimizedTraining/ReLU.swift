/// The rectifier: y = max(x, 0), elementwise.
enum ReLU {
  /// y = 0 where x < 0, else x; so −0 stays −0, and what is not a number stays visible.
  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes { x.zeroed(where: x .< 0) }

  /// ∂L/∂x = 0 where x ≤ 0, else ∂L/∂y; at the kink the derivative is taken as 0.
  ///
  /// x ≤ 0 exactly where y ≤ 0, so that x needn't be kept.
  @inline(__always)
  static func backward(y: Lanes, outputGradient: Lanes) -> Lanes {
    outputGradient.zeroed(where: y .<= 0)
  }
}
