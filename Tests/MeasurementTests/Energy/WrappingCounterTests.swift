import Testing

@testable import Measurement

@Suite struct WrappingCounterTests {
  private let counter = WrappingCounter(range: 999_999_999, ceiling: 1_000_000_000)

  @Test func aCounterGoesOnAtZeroAfterItsRange() throws {
    #expect(try counter.energy(from: 5, to: 12, in: 0) == 7)
    #expect(try counter.energy(from: 999_999_999, to: 0, in: 0) == 1)
    #expect(try counter.energy(from: 999_999_990, to: 4, in: 0) == 14)
    #expect(try counter.energy(from: 7, to: 7, in: 0) == 0)
    let widest = WrappingCounter(range: .max, ceiling: .max)
    #expect(try widest.energy(from: .max, to: 0, in: 0) == 1)
  }

  /// 1 kW for 0.9 s and the lag of 0.1 s is one energy short of twice around.
  @Test func aSecondWrapIsFlaggedFromWhereItIsPossible() throws {
    let time: UInt64 = 900_000_000
    #expect(try counter.energy(from: 10, to: 11, in: time) == 1)
    #expect(try counter.energy(from: 10, to: 10, in: time - 1) == 0)
    #expect(
      throws: ReadingFault(
        "the counter may have started over once more than it shows: 900 ms between readings, "
          + "at up to 1.00 kW, and a range of 1.00 kJ")
    ) { try counter.energy(from: 10, to: 10, in: time) }
    #expect(counter.longestStep == time - 1)
  }

  /// In 0.1 s and the lag, 200 J can have been spent.
  @Test func whatCannotHaveBeenSpentIsAResetOrAJump() throws {
    let time: UInt64 = 100_000_000
    #expect(try counter.energy(from: 0, to: 200_000_000, in: time) == 200_000_000)
    #expect(
      throws: ReadingFault("the counter jumped: 200 J in 100 ms is more than 1.00 kW")
    ) { try counter.energy(from: 0, to: 200_000_001, in: time) }
    #expect(try counter.energy(from: 800_000_000, to: 0, in: time) == 200_000_000)
    #expect(
      throws: ReadingFault(
        "the counter was reset: it fell, and 1.00 kW can't have taken it around in 100 ms")
    ) { try counter.energy(from: 799_999_999, to: 0, in: time) }
  }

  @Test func readingsBeyondTheRangeAreRefused() {
    let fault = ReadingFault(
      "the counter stands at 1000000000 µJ, beyond its range of 999999999 µJ")
    #expect(throws: fault) { try counter.energy(from: 0, to: 1_000_000_000, in: 1) }
    #expect(throws: fault) { try counter.energy(from: 1_000_000_000, to: 0, in: 1) }
  }

  @Test func extremesDoNotOverflow() throws {
    #expect(WrappingCounter.most(microwatts: .max, nanoseconds: .max) == .max)
    #expect(WrappingCounter.most(microwatts: 1, nanoseconds: 1) == 1)
    #expect(WrappingCounter.most(microwatts: 1_000_000, nanoseconds: 1000) == 1)
    #expect(WrappingCounter.most(microwatts: 1_000_000, nanoseconds: 1001) == 2)
    #expect(WrappingCounter(range: .max, ceiling: 1).longestStep == .max - WrappingCounter.lag)
    #expect(WrappingCounter(range: 1, ceiling: 0).longestStep == .max - WrappingCounter.lag)
    #expect(WrappingCounter(range: 1, ceiling: .max).longestStep == 0)
    #expect(throws: ReadingFault.self) {
      try WrappingCounter(range: 1, ceiling: .max).energy(from: 0, to: 0, in: .max)
    }
  }

  @Test func microjoulesAreMillionthsOfJoules() {
    #expect(Joules(microjoules: 1_500_000) == Joules(1.5))
    #expect(Joules(microjoules: 1).description == "1.00 µJ")
  }
}
