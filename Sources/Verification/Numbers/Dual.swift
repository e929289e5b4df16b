import ReferenceTraining

/// A dual number a + b ε with ε² = 0: a value, and its derivative along one direction.
///
/// Every operation carries the derivative along by the rules of calculus, so a forward pass with
/// dual weights w + v ε gives the loss and its slope along v, without a line of backward code
/// (forward-mode differentiation: Griewank & Walther 2008, "Evaluating Derivatives", section 3.1).
/// A backward pass with dual weights gives the gradient g + (H v) ε, with the product of the
/// Hessian matrix and v (Pearlmutter 1994, "Fast exact multiplication by the Hessian").
///
/// Dual numbers are compared by their values alone, so a derivative takes the branch of its value:
/// at the kink of a ReLU and among equal logits it is that of the branch taken.
public struct Dual<S: Scalar>: Scalar {
  /// The value a.
  public var value: S
  /// The derivative b.
  public var derivative: S

  /// Creates a dual number a + b ε.
  public init(_ value: S, derivative: S) {
    self.value = value
    self.derivative = derivative
  }

  /// Takes a constant over.
  public init(_ value: Float) { self.init(S(value), derivative: .zero) }

  /// Takes a constant over.
  public init(_ value: Double) { self.init(S(value), derivative: .zero) }

  /// The constant 0.
  public static var zero: Self { Self(.zero, derivative: .zero) }

  /// Whether two values are equal.
  public static func == (left: Self, right: Self) -> Bool { left.value == right.value }
  /// Whether a value is less than another.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  /// (a + b)′ = a′ + b′.
  public static func + (left: Self, right: Self) -> Self {
    Self(left.value + right.value, derivative: left.derivative + right.derivative)
  }

  /// (a − b)′ = a′ − b′.
  public static func - (left: Self, right: Self) -> Self {
    Self(left.value - right.value, derivative: left.derivative - right.derivative)
  }

  /// (a b)′ = a b′ + a′ b.
  public static func * (left: Self, right: Self) -> Self {
    Self(
      left.value * right.value,
      derivative: (left.value * right.derivative).addingProduct(left.derivative, right.value))
  }

  /// (a/b)′ = (a′ − (a/b) b′)/b.
  public static func / (left: Self, right: Self) -> Self {
    let quotient = left.value / right.value
    return Self(quotient, derivative: (left.derivative - quotient * right.derivative) / right.value)
  }

  /// (c + a b)′ = c′ + a b′ + a′ b.
  public func addingProduct(_ a: Self, _ b: Self) -> Self {
    Self(
      value.addingProduct(a.value, b.value),
      derivative: derivative.addingProduct(a.value, b.derivative)
        .addingProduct(a.derivative, b.value))
  }

  /// (√a)′ = a′/(2 √a).
  public func squareRoot() -> Self {
    let root = value.squareRoot()
    return Self(root, derivative: derivative / (root + root))
  }

  /// (exp a)′ = exp a · a′.
  public static func exp(_ x: Self) -> Self {
    let value = S.exp(x.value)
    return Self(value, derivative: value * x.derivative)
  }

  /// (log a)′ = a′/a.
  public static func log(_ x: Self) -> Self {
    Self(S.log(x.value), derivative: x.derivative / x.value)
  }

  /// (tanh a)′ = (1 − tanh² a) a′.
  public static func tanh(_ x: Self) -> Self {
    let value = S.tanh(x.value)
    let slope = S(1.0).addingProduct(.zero - value, value)
    return Self(value, derivative: slope * x.derivative)
  }
}
