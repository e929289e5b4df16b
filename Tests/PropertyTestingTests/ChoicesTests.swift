import PropertyTesting
import Testing

@Suite struct ChoicesTests {
  private func mixture(_ choices: inout Choices) -> String {
    let numbers = choices.array(5) { $0.number() }
    return "\(numbers) \(choices.integer(in: -3...3)) \(choices.pick(["a", "b"])) "
      + "\(choices.oneIn(2)) \(choices.parts(of: 9)) \(choices.order(of: 5))"
  }

  @Test func `what is drawn is a function of seed and case`() {
    var made: Set<String> = []
    for seed in 1...5 as ClosedRange<UInt64> {
      for testCase in 1...5 {
        var (one, other) = (
          Choices(seed: seed, testCase: testCase), Choices(seed: seed, testCase: testCase)
        )
        let value = mixture(&one)
        #expect(mixture(&other) == value)
        made.insert(value)
      }
    }
    #expect(made.count == 25)
  }

  @Test func aRecordRepeatsWhatWasMade() {
    var drawn = Choices(seed: 3)
    let value = mixture(&drawn)
    var repeated = Choices(replaying: drawn.recorded)
    #expect(mixture(&repeated) == value)
    #expect(repeated.recorded == drawn.recorded)
  }

  /// A record may be cut off, or say more than a generator takes.
  @Test func anyRecordMakesSomething() {
    var none = Choices(replaying: [])
    #expect(none.integer(in: 4...9) == 4)
    #expect(none.pick(["a", "b"]) == "a")
    #expect(none.oneIn(2) == false)
    #expect(none.number() == 0)
    #expect(none.parts(of: 3) == [0..<3])
    #expect(none.order(of: 3) == [0, 1, 2])
    var large = Choices(replaying: Array(repeating: .max, count: 20))
    #expect(large.integer(in: 4...9) == 9)
    #expect(large.integer(in: .min ... .max) == .max)
    #expect(large.oneIn(2) == true)
  }

  @Test func everyNumberOfARangeComes() {
    var choices = Choices(seed: 1)
    let drawn = choices.array(1000) { $0.integer(in: -2...4) }
    #expect(Set(drawn) == Set(-2...4))
    #expect(choices.recorded.allSatisfy { $0 <= 6 })
  }

  @Test func `drawn parts make the whole`() {
    var choices = Choices(seed: 2)
    for count in 1...60 {
      let parts = choices.parts(of: count)
      #expect(parts.allSatisfy { !$0.isEmpty })
      #expect(parts.flatMap(Array.init) == Array(0..<count))
    }
  }

  @Test func ordersHaveEachNumberOnce() {
    var choices = Choices(seed: 3)
    var orders: Set<[Int]> = []
    for _ in 0..<200 {
      let order = choices.order(of: 3)
      #expect(order.sorted() == [0, 1, 2])
      orders.insert(order)
    }
    #expect(orders.count == 6)
    #expect(choices.order(of: 0) == [])
  }

  @Test func numbersAreOfManyKinds() {
    var choices = Choices(seed: 4)
    let numbers = choices.array(2000) { $0.number() }
    #expect(numbers.allSatisfy { $0.magnitude <= 1 })
    #expect(numbers.contains { $0 < 0 } && numbers.contains { $0 > 0 })
    #expect(numbers.contains { $0 == 0 && $0.sign == .minus })
    #expect(numbers.contains { $0 == 0 && $0.sign == .plus })
    #expect(Set(numbers.filter { $0 != 0 }.map(\.exponent)).count > 8)
    #expect(mostlyZero(numbers.map(Double.init)) == nil)
  }
}
