/// The rectifier that ends at six: y = min(max(x, 0), 6), elementwise.
enum ReLU6 {
  /// y = 0 where x < 0, 6 where x > 6, else x; so −0 stays −0, and what is not a number stays visible.
  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes {
    x.zeroed(where: x .< 0).replacing(with: 6, where: x .> 6)
  }

  /// ∂L/∂x = ∂L/∂y where 0 < x < 6, else 0; at the kinks the derivative is taken as 0.
  ///
  /// x ≤ 0 exactly where y ≤ 0, and x ≥ 6 exactly where y ≥ 6, so that x needn't be kept.
  @inline(__always)
  static func backward(y: Lanes, outputGradient: Lanes) -> Lanes {
    outputGradient.zeroed(where: y .<= 0).zeroed(where: y .>= 6)
  }
}
