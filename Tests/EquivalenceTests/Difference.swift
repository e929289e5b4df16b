import TrainingCore

/// Compares numbers bit for bit, and says where they differ.
///
/// −0 is not 0. What is not a number equals what is not a number, whatever its sign and payload:
/// these are the processor's choice.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
/// - Returns: The first difference, or nil where there is none.
func difference(_ actual: [Float], _ expected: [Float]) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) numbers instead of \(expected.count)"
  }
  for (index, (a, e)) in zip(actual, expected).enumerated()
  where a.bitPattern != e.bitPattern && !(a.isNaN && e.isNaN) {
    return "[\(index)] is \(a) instead of \(e)"
  }
  return nil
}

/// As `difference(_:_:)` for numbers, of everything that training changes.
func difference(_ actual: ModelState, _ expected: ModelState) -> String? {
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

private func difference(_ actual: [Tensor], _ expected: [Tensor]) -> String? {
  guard actual.map(\.name) == expected.map(\.name) else {
    return "\(actual.map(\.name)) instead of \(expected.map(\.name))"
  }
  for (a, e) in zip(actual, expected) {
    guard a.shape == e.shape else { return "\(a.name) has the shape \(a.shape)" }
    if let found = difference(a.values, e.values) { return "\(a.name)\(found)" }
  }
  return nil
}
