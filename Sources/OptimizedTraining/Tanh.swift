/// The hyperbolic tangent, elementwise.
enum Tanh {
  /// y = tanh x.
  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes { ElementaryFunctions.tanh(x) }

  /// ∂L/∂x = ∂L/∂y (1 − y²), with 1 − y² as one fused multiply-add.
  @inline(__always)
  static func backward(y: Lanes, outputGradient: Lanes) -> Lanes {
    outputGradient * Lanes(repeating: 1).addingProduct(0 - y, y)
  }
}
