/// The sum of two paths (He, Zhang, Ren & Sun 2016, equation 1): y = x + shortcut, elementwise.
enum Residual {
  /// y = x + shortcut.
  ///
  /// Backward, both paths have ∂L/∂y; where paths part, their gradients are added.
  static func add<S>(_ x: Matrix<S>, _ shortcut: Matrix<S>) -> Matrix<S> {
    var y = x
    for index in y.elements.indices {
      y.elements[index] = x.elements[index] + shortcut.elements[index]
    }
    return y
  }
}
