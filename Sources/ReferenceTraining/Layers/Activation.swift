/// The rectifier: y = max(x, 0), elementwise.
enum ReLU {
  /// y = 0 where x < 0, else x; so −0 stays −0, and NaN stays visible.
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> {
    x.map { $0 < .zero ? .zero : $0 }
  }

  /// ∂L/∂x = 0 where x ≤ 0, else ∂L/∂y; at the kink the derivative is taken as 0.
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    x.combined(with: outputGradient) { x, gradient in x <= .zero ? .zero : gradient }
  }
}

/// The rectifier that ends at six: y = min(max(x, 0), 6), elementwise.
enum ReLU6 {
  /// y = 0 where x < 0, 6 where x > 6, else x; so −0 stays −0, and NaN stays visible.
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> {
    let six = S(6.0)
    return x.map { $0 < .zero ? .zero : six < $0 ? six : $0 }
  }

  /// ∂L/∂x = ∂L/∂y where 0 < x < 6, else 0; at the kinks the derivative is taken as 0.
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let six = S(6.0)
    return x.combined(with: outputGradient) { x, gradient in
      x <= .zero || six <= x ? .zero : gradient
    }
  }
}

/// The hyperbolic tangent, elementwise.
enum Tanh {
  /// y = tanh x.
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> { x.map { S.tanh($0) } }

  /// ∂L/∂x = ∂L/∂y (1 − y²), with 1 − y² as one fused multiply-add.
  static func backward<S>(y: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let one = S(1.0)
    return y.combined(with: outputGradient) { y, gradient in
      gradient * one.addingProduct(.zero - y, y)
    }
  }
}
