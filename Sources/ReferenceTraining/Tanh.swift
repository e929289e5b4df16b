/// The hyperbolic tangent, elementwise.
enum Tanh {
  /// y = tanh x.
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> {
    var y = x
    for index in y.elements.indices { y.elements[index] = S.tanh(y.elements[index]) }
    return y
  }

  /// ∂L/∂x = ∂L/∂y (1 − y²), with 1 − y² as one fused multiply-add.
  static func backward<S>(y: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let one = S(1.0)
    var inputGradient = outputGradient
    for index in y.elements.indices {
      let value = y.elements[index]
      let slope = one.addingProduct(.zero - value, value)
      inputGradient.elements[index] = outputGradient.elements[index] * slope
    }
    return inputGradient
  }
}
