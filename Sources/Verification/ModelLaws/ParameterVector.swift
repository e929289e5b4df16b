import ReferenceTraining
import TrainingCore

/// All that a model learns as one vector, or anything of its shape: gradients, displacements.
///
/// Laws of scaling speak of vectors; which layer a number belongs to plays no part in them.
struct ParameterVector: Equatable, Sendable {
  /// The numbers, layer by layer, each layer's weight before its bias, in memory order.
  var values: [Double]

  init(_ values: [Double]) { self.values = values }

  init(_ parameters: [Parameters<Double>]) {
    values = parameters.flatMap { $0.weight.elements + $0.bias.elements }
  }

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

  /// The vector rounded to `Float`, in the shapes of tensors.
  func tensors(like template: [Tensor]) -> [Tensor] {
    zip(template, template.map(\.values.count).ranges).map { tensor, places in
      Tensor(name: tensor.name, shape: tensor.shape, values: values[places].map { Float($0) })
    }
  }

  var exact: [ErrorBound] { values.map(ErrorBound.exact) }

  /// Adds a multiple of another vector, one rounding each.
  mutating func add(_ factor: Double, times other: Self) {
    for index in values.indices {
      values[index] = values[index].addingProduct(factor, other.values[index])
    }
  }

  static func - (left: Self, right: Self) -> Self {
    Self(zip(left.values, right.values).map { $0 - $1 })
  }

  static func + (left: Self, right: Self) -> Self {
    Self(zip(left.values, right.values).map { $0 + $1 })
  }

  static func * (factor: Double, vector: Self) -> Self {
    Self(vector.values.map { factor * $0 })
  }

  var magnitudes: Self { Self(values.map(\.magnitude)) }

  /// Σ aᵢ², with as many roundings on the way of a term as there are numbers.
  var squaredNorm: Double { values.reduce(0) { $0.addingProduct($1, $1) } }

  var norm: Double { squaredNorm.squareRoot() }
}
