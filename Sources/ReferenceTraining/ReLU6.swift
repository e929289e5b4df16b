/// The rectifier that ends at six: y = min(max(x, 0), 6), elementwise.
enum ReLU6 {
  /// y = 0 where x < 0, 6 where x > 6, else x; so −0 stays −0, and what is not a number stays visible.
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> {
    let six = S(6.0)
    var y = x
    for index in y.elements.indices {
      if y.elements[index] < .zero { y.elements[index] = .zero }
      if six < y.elements[index] { y.elements[index] = six }
    }
    return y
  }

  /// ∂L/∂x = ∂L/∂y where 0 < x < 6, else 0; at the kinks the derivative is taken as 0.
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let six = S(6.0)
    var inputGradient = outputGradient
    for index in x.elements.indices
    where x.elements[index] <= .zero || six <= x.elements[index] {
      inputGradient.elements[index] = .zero
    }
    return inputGradient
  }
}
