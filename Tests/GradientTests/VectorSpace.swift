import ReferenceTraining
import Verification

extension Matrix {
  /// Dual numbers with these values, and derivatives from a table of the same extents or 0.
  func lifted(along direction: Matrix? = nil) -> Matrix<Dual<S>> {
    Matrix<Dual<S>>(
      rows: rows, columns: columns,
      elements: elements.indices.map {
        Dual(elements[$0], derivative: direction?.elements[$0] ?? .zero)
      })
  }

  /// The table a multiple of a direction away.
  func moved(_ h: S, along direction: Matrix) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: zip(elements, direction.elements).map { $0.addingProduct(h, $1) })
  }

  /// The sum of the products of elements at the same place.
  func dot(_ other: Matrix) -> S {
    zip(elements, other.elements).reduce(.zero) { $0.addingProduct($1.0, $1.1) }
  }

  /// The elements less those of another table of the same extents.
  func less(_ other: Matrix) -> Matrix {
    Matrix(
      rows: rows, columns: columns, elements: zip(elements, other.elements).map { $0 - $1 })
  }
}

extension Parameters {
  /// Dual numbers with these values, and derivatives from parameters of the same shapes or 0.
  func lifted(along direction: Parameters? = nil) -> Parameters<Dual<S>> {
    Parameters<Dual<S>>(
      weight: weight.lifted(along: direction?.weight), bias: bias.lifted(along: direction?.bias))
  }

  /// The parameters a multiple of a direction away.
  func moved(_ h: S, along direction: Parameters) -> Parameters {
    Parameters(
      weight: weight.moved(h, along: direction.weight), bias: bias.moved(h, along: direction.bias))
  }

  /// The sum of the products of elements at the same place.
  func dot(_ other: Parameters) -> S { weight.dot(other.weight) + bias.dot(other.bias) }

  /// The elements less those of other parameters of the same shapes.
  func less(_ other: Parameters) -> Parameters {
    Parameters(weight: weight.less(other.weight), bias: bias.less(other.bias))
  }
}
