import TrainingCore

/// How many numbers differ in a bit, and which is the first.
///
/// What is not a number equals what is not a number: its sign and payload are the processor's
/// choice.
struct BitComparison {
  /// Numbers that were compared.
  private(set) var compared = 0
  /// Numbers that differ.
  private(set) var differing = 0
  private var first: String?

  /// Compares numbers that belong together.
  mutating func compare(_ actual: [Float], _ expected: [Float], name: String) {
    compared += expected.count
    guard actual.count == expected.count else {
      differing += max(actual.count, expected.count)
      first = first ?? "\(actual.count) numbers of \(name) instead of \(expected.count)"
      return
    }
    for index in expected.indices {
      let (a, e) = (actual[index], expected[index])
      if a.bitPattern == e.bitPattern || (a.isNaN && e.isNaN) { continue }
      differing += 1
      first = first ?? "\(name)[\(index)] is \(a) instead of \(e)"
    }
  }

  /// Compares tensors of the same names.
  mutating func compare(_ actual: [Tensor], _ expected: [Tensor]) {
    guard actual.map(\.name) == expected.map(\.name) else {
      differing += 1
      first = first ?? "tensors \(actual.map(\.name)) instead of \(expected.map(\.name))"
      return
    }
    for (a, e) in zip(actual, expected) { compare(a.values, e.values, name: e.name) }
  }

  /// Compares all that training changes but how many passes the moving averages have seen.
  mutating func compare(_ actual: ModelState, _ expected: ModelState) {
    compare(actual.parameters, expected.parameters)
    compare(actual.statistics, expected.statistics)
    compare(actual.slots.flatMap { $0 }, expected.slots.flatMap { $0 })
    if actual.steps != expected.steps {
      differing += 1
      first = first ?? "\(actual.steps) steps instead of \(expected.steps)"
    }
  }

  /// What a finding says of them.
  ///
  /// - Parameter noun: What was compared, in the plural.
  /// - Returns: How many were compared or differ.
  func measured(_ noun: String) -> String {
    if let first { return "\(differing) of \(grouped(compared)) \(noun) differ: \(first)" }
    return "\(grouped(compared)) \(noun), no bit differs"
  }
}
