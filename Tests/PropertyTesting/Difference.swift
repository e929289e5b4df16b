import TrainingCore

/// Compares numbers that must be the same, and says where they aren't: a comparator of zero ulp.
///
/// −0 is not 0.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
///   - equatesNaNs: Whether what is not a number equals what is not a number, whatever its sign and
///     payload, which are the processor's choice; otherwise it equals nothing.
/// - Returns: The first difference, or nil where there is none.
public func difference<Number: BinaryFloatingPoint>(
  _ actual: [Number], _ expected: [Number], equatesNaNs: Bool = false
) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) numbers instead of \(expected.count)"
  }
  for (index, (a, e)) in zip(actual, expected).enumerated()
  where a != e || a.sign != e.sign {
    if equatesNaNs, a.isNaN, e.isNaN { continue }
    return "[\(index)] is \(a) instead of \(e)"
  }
  return nil
}

/// As `difference(_:_:equatesNaNs:)` for numbers, of everything that training changes, where what
/// is not a number equals what is not a number.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
/// - Returns: The first difference, or nil where there is none.
public func difference(_ actual: ModelState, _ expected: ModelState) -> String? {
  guard actual.steps == expected.steps else {
    return "\(actual.steps) steps instead of \(expected.steps)"
  }
  guard actual.batchesTracked == expected.batchesTracked else {
    return "\(actual.batchesTracked) batches tracked instead of \(expected.batchesTracked)"
  }
  guard actual.slots.count == expected.slots.count else {
    return "\(actual.slots.count) slots instead of \(expected.slots.count)"
  }
  if let found = difference(actual.parameters, expected.parameters) { return found }
  if let found = difference(actual.statistics, expected.statistics) { return found }
  for (slot, (a, e)) in zip(actual.slots, expected.slots).enumerated() {
    if let found = difference(a, e) { return "slot \(slot): \(found)" }
  }
  return nil
}

/// As `difference(_:_:)` for states, of tensors.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
/// - Returns: The first difference, or nil where there is none.
public func difference(_ actual: [Tensor], _ expected: [Tensor]) -> String? {
  guard actual.map(\.name) == expected.map(\.name) else {
    return "\(actual.map(\.name)) instead of \(expected.map(\.name))"
  }
  for (a, e) in zip(actual, expected) {
    guard a.shape == e.shape else { return "\(a.name) has the shape \(a.shape)" }
    if let found = difference(a.values, e.values, equatesNaNs: true) {
      return "\(a.name)\(found)"
    }
  }
  return nil
}
