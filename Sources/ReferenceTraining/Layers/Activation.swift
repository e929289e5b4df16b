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

/// The Gaussian error linear unit in its form by the hyperbolic tangent (Hendrycks & Gimpel 2016,
/// section 2), elementwise; PyTorch's `GELU(approximate="tanh")`.
///
/// y = x/2 (1 + tanh u) with u = √(2/π) (x + 0.044715 x³). (1 + tanh u)/2 is the sigmoid of 2u,
/// 1/(1 + e) with e = exp(−2u); so written, it loses no digits where tanh u is near −1.
enum GELU {
  /// 2u = x (2√(2/π) + c x²).
  private static let linear = 1.5957691216057308
  /// c = 2√(2/π) · 0.044715.
  private static let cubic = 0.07135481627260025

  /// y = x/(1 + e).
  static func forward<S>(_ x: Matrix<S>) -> Matrix<S> {
    let (one, linear, cubic) = (S(1.0), S(Self.linear), S(Self.cubic))
    return x.map { x in
      x / (one + S.exp(.zero - x * linear.addingProduct(cubic, x * x)))
    }
  }

  /// ∂L/∂x = ∂L/∂y (s + x (2√(2/π) + 3c x²) (s − s²)), with s = 1/(1 + e).
  ///
  /// By the product rule on y = x s: s − s² is the slope of the sigmoid, and the parenthesis that of 2u.
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let (one, linear, cubic) = (S(1.0), S(Self.linear), S(Self.cubic))
    let tripled = S(3.0) * cubic
    return x.combined(with: outputGradient) { x, gradient in
      let square = x * x
      let s = one / (one + S.exp(.zero - x * linear.addingProduct(cubic, square)))
      let inner = x * linear.addingProduct(tripled, square)
      return gradient * s.addingProduct(inner, s.addingProduct(.zero - s, s))
    }
  }
}
