/// The residual sum (He, Zhang, Ren & Sun 2016, equation 1): y = x + shortcut, elementwise.
enum Residual {
  /// y = x + shortcut; backward, both paths have ∂L/∂y, and where paths part, their gradients are added.
  static func add<S>(_ x: Matrix<S>, _ shortcut: Matrix<S>) -> Matrix<S> {
    x.combined(with: shortcut, +)
  }
}
