import Testing

@testable import PropertyTesting

/// What becomes of a failing case: the simplest that fails too.
@Suite struct ShrinkingTests {
  /// The value of the simplest failing case that is found from any of 50 seeds; all must agree.
  private func simplest<Value: Equatable>(
    _ generate: @escaping (inout Choices) -> Value, where fails: @escaping (Value) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Value {
    let property = Property(generate: generate) { fails($0) ? "fails" : nil }
    var found: Value?
    var failures = 0
    for seed in 0..<50 as Range<UInt64> {
      guard let failed = property.failure(of: Choices(seed: seed)) else { continue }
      failures += 1
      var choices = Choices(replaying: property.simplified(failed).choices)
      let value = generate(&choices)
      #expect(fails(value), sourceLocation: sourceLocation)
      #expect(found == nil || found == value, sourceLocation: sourceLocation)
      found = value
    }
    #expect(failures > 5, "the property must fail often", sourceLocation: sourceLocation)
    return try #require(found, sourceLocation: sourceLocation)
  }

  @Test func numbersBecomeTheLeast() throws {
    #expect(
      try simplest {
        $0.integer(in: -50...5000)
      } where: {
        $0 > 123
      } == 124)
    #expect(
      try simplest {
        $0.integer(in: -50...5000)
      } where: { _ in
        true
      } == -50)
    #expect(
      try simplest {
        $0.integer(in: 0...(.max))
      } where: {
        $0 % 7 == 3
      } == 3)
  }

  @Test func listsBecomeShort() throws {
    let list = { (choices: inout Choices) in
      let count = choices.integer(in: 0...30)
      return choices.array(count) { $0.integer(in: 0...1000) }
    }
    #expect(try simplest(list) { $0.contains { $0 > 100 } } == [101])
    #expect(try simplest(list) { $0.count > 3 } == [0, 0, 0, 0])
    #expect(try simplest(list) { Set($0).count > 2 } == [0, 1, 2])
  }

  @Test func partsBecomeFew() throws {
    let found = try simplest { choices in
      let count = choices.integer(in: 1...40)
      return choices.parts(of: count)
    } where: {
      Set($0.map(\.count)).count > 1
    }
    #expect(found == [0..<2, 2..<3])
  }

  @Test func ordersBecomeStraight() throws {
    let found = try simplest {
      $0.order(of: 6)
    } where: {
      $0[0] != 0
    }
    #expect(found == [1, 0, 2, 3, 4, 5])
  }

  /// Asked at most so often, whatever the generator does.
  @Test func `shrinking ends`() {
    var asked = 0
    let shrinking = Shrinking(Array(repeating: .max, count: 200), attempts: 300) { choices in
      asked += 1
      return choices
    }
    #expect(asked <= 300)
    #expect(Shrinking.isSimpler(shrinking.simplest, Array(repeating: .max, count: 200)))
  }

  /// A candidate that is drawn as something else counts as what was drawn.
  @Test func whatWasDrawnIsKept() {
    let shrinking = Shrinking([9, 9, 9], attempts: 100) { _ in [5] }
    #expect(shrinking.simplest == [5])
  }
}
