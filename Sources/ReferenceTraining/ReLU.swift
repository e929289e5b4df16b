/// The rectifier: y = max(x, 0), elementwise.
enum ReLU {
  /// y = 0 where x < 0, else x; so −0 stays −0, and what is not a number stays visible.
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> {
    var y = x
    for index in y.elements.indices where y.elements[index] < .zero { y.elements[index] = .zero }
    return y
  }

  /// ∂L/∂x = 0 where x ≤ 0, else ∂L/∂y; at the kink the derivative is taken as 0.
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    var inputGradient = outputGradient
    for index in x.elements.indices where x.elements[index] <= .zero {
      inputGradient.elements[index] = .zero
    }
    return inputGradient
  }
}
