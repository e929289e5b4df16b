@testable import ReferenceTraining

/// Compares numbers that must be the same, and says where they aren't.
///
/// What is not a number equals nothing, and −0 is not 0.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
/// - Returns: The first difference, or nil where there is none.
func difference<Number: FloatingPoint>(_ actual: [Number], _ expected: [Number]) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) numbers instead of \(expected.count)"
  }
  for (index, (a, e)) in zip(actual, expected).enumerated() where a != e || a.sign != e.sign {
    return "[\(index)] is \(a) instead of \(e)"
  }
  return nil
}

/// As `difference(_:_:)` for arrays, of matrices, whose extents must agree too.
func difference<Number: FloatingPoint>(
  _ actual: Matrix<Number>, _ expected: Matrix<Number>
) -> String? {
  guard actual.rows == expected.rows, actual.columns == expected.columns else {
    return "\(actual.rows)×\(actual.columns) instead of \(expected.rows)×\(expected.columns)"
  }
  return difference(actual.elements, expected.elements)
}

/// As `difference(_:_:)` for arrays, of everything that layers learn.
func difference<Number: FloatingPoint>(
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

/// Compares numbers that may differ by a computed bound each, and says which does worst.
///
/// What is not a number is beyond every bound, and so is anything where the bound isn't finite.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
///   - bounds: How far each may be off.
/// - Returns: The worst excess, or nil where all are within their bounds.
func excess(_ actual: [Double], _ expected: [Double], bounds: [Double]) -> String? {
  guard actual.count == expected.count, bounds.count == expected.count else {
    return "\(actual.count) numbers and \(bounds.count) bounds instead of \(expected.count)"
  }
  var worst: (index: Int, ratio: Double)?
  for index in actual.indices {
    let error = (actual[index] - expected[index]).magnitude
    if bounds[index].isFinite, error <= bounds[index] { continue }
    let ratio = bounds[index].isFinite && error.isFinite ? error / bounds[index] : .infinity
    if ratio > worst?.ratio ?? -1 { worst = (index, ratio) }
  }
  return worst.map {
    "[\($0.index)] is \(actual[$0.index]) instead of \(expected[$0.index]), "
      + "\($0.ratio) times the bound \(bounds[$0.index])"
  }
}
