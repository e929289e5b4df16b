import PropertyTesting

@testable import ReferenceTraining

/// As `difference(_:_:)` for numbers, of matrices, whose extents must agree too.
func difference<Number: BinaryFloatingPoint>(
  _ actual: Matrix<Number>, _ expected: Matrix<Number>
) -> String? {
  guard actual.rows == expected.rows, actual.columns == expected.columns else {
    return "\(actual.rows)×\(actual.columns) instead of \(expected.rows)×\(expected.columns)"
  }
  return difference(actual.elements, expected.elements)
}

/// As `difference(_:_:)` for numbers, of everything that layers learn.
func difference<Number: BinaryFloatingPoint>(
  _ actual: [Parameters<Number>], _ expected: [Parameters<Number>]
) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) layers instead of \(expected.count)"
  }
  for (index, (a, e)) in zip(actual, expected).enumerated() {
    if let found = difference(a.weight, e.weight) { return "weight of layer \(index): \(found)" }
    if let found = difference(a.bias, e.bias) { return "bias of layer \(index): \(found)" }
  }
  return nil
}
