import ReferenceTraining

/// All that a model learns as one vector, or anything of its shape: gradients, displacements.
///
/// Laws of scaling speak of vectors; which layer a number belongs to plays no part in them.
public struct ParameterVector: Equatable, Sendable {
  /// The numbers, layer by layer, each layer's weight before its bias, in memory order.
  public var values: [Double]

  /// Creates a vector.
  ///
  /// - Parameter values: The numbers.
  public init(_ values: [Double]) { self.values = values }

  init(_ parameters: [Parameters<Double>]) {
    values = parameters.flatMap { $0.weight.elements + $0.bias.elements }
  }

  /// A vector of zeros.
  static func zeros(like other: Self) -> Self {
    Self(Array(repeating: 0, count: other.values.count))
  }

  /// The vector in a model's shapes, each number made what the trainer computes with.
  func parameters<S>(
    shapedAs template: [Parameters<Double>], as make: (Int, Double) -> S
  ) -> [Parameters<S>] {
    var next = 0
    func take(_ shape: Matrix<Double>) -> Matrix<S> {
      let places = next..<next + shape.elements.count
      next = places.upperBound
      return Matrix(
        rows: shape.rows, columns: shape.columns, elements: places.map { make($0, values[$0]) })
    }
    return template.map {
      let weight = take($0.weight)
      return Parameters(weight: weight, bias: take($0.bias))
    }
  }

  /// Adds a multiple of another vector, one rounding each.
  ///
  /// - Parameters:
  ///   - factor: The multiple.
  ///   - other: A vector of as many numbers.
  public mutating func add(_ factor: Double, times other: Self) {
    for index in values.indices {
      values[index] = values[index].addingProduct(factor, other.values[index])
    }
  }

  /// The difference of two vectors.
  ///
  /// - Parameters:
  ///   - left: A vector.
  ///   - right: A vector of as many numbers.
  /// - Returns: left − right.
  public static func - (left: Self, right: Self) -> Self {
    Self(zip(left.values, right.values).map { $0 - $1 })
  }

  /// The sum of two vectors.
  ///
  /// - Parameters:
  ///   - left: A vector.
  ///   - right: A vector of as many numbers.
  /// - Returns: left + right.
  public static func + (left: Self, right: Self) -> Self {
    Self(zip(left.values, right.values).map { $0 + $1 })
  }

  /// The magnitudes of all numbers.
  public var magnitudes: Self { Self(values.map(\.magnitude)) }

  /// A multiple of a vector.
  ///
  /// - Parameters:
  ///   - factor: The multiple.
  ///   - vector: The vector.
  /// - Returns: factor · vector.
  public static func * (factor: Double, vector: Self) -> Self {
    Self(vector.values.map { factor * $0 })
  }

  /// Σ aᵢ², with as many roundings on the way of a term as there are numbers.
  public var squaredNorm: Double { values.reduce(0) { $0.addingProduct($1, $1) } }

  /// √(Σ aᵢ²).
  public var norm: Double { squaredNorm.squareRoot() }
}
