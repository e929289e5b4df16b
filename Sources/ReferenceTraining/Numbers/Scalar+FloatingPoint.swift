import Foundation

extension Float: Scalar {
  /// The exponential function of the arithmetic contract.
  ///
  /// - Parameter x: The exponent.
  /// - Returns: e to the power of x.
  public static func exp(_ x: Float) -> Float { ElementaryFunctions.exp(x) }

  /// The natural logarithm of the arithmetic contract.
  ///
  /// - Parameter x: A positive number.
  /// - Returns: The logarithm of x.
  public static func log(_ x: Float) -> Float { ElementaryFunctions.log(x) }

  /// The hyperbolic tangent of the arithmetic contract.
  ///
  /// - Parameter x: A number.
  /// - Returns: The tangent of x.
  public static func tanh(_ x: Float) -> Float { ElementaryFunctions.tanh(x) }
}

extension Double: Scalar {
  /// The system's exponential function.
  ///
  /// - Parameter x: The exponent.
  /// - Returns: e to the power of x.
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }

  /// The system's natural logarithm.
  ///
  /// - Parameter x: A positive number.
  /// - Returns: The logarithm of x.
  public static func log(_ x: Double) -> Double { Foundation.log(x) }

  /// The system's hyperbolic tangent.
  ///
  /// - Parameter x: A number.
  /// - Returns: The tangent of x.
  public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
}

#if arch(x86_64) && !os(Windows) && !os(Android)
  extension Float80: Scalar {
    /// The system's exponential function.
    ///
    /// - Parameter x: The exponent.
    /// - Returns: e to the power of x.
    public static func exp(_ x: Float80) -> Float80 { Foundation.exp(x) }

    /// The system's natural logarithm.
    ///
    /// - Parameter x: A positive number.
    /// - Returns: The logarithm of x.
    public static func log(_ x: Float80) -> Float80 { Foundation.log(x) }

    /// The system's hyperbolic tangent.
    ///
    /// - Parameter x: A number.
    /// - Returns: The tangent of x.
    public static func tanh(_ x: Float80) -> Float80 { Foundation.tanh(x) }
  }
#endif
