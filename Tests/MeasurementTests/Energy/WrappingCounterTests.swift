import Testing

@testable import Measurement

@Suite struct WrappingCounterTests {
  private let counter = WrappingCounter(range: 999_999_999, ceiling: 1_000_000_000)

  @Test func aCounterGoesOnAtZeroBehindItsRange() throws {
    #expect(try counter.energy(from: 5, to: 12, in: 0) == Microjoules(7))
    #expect(try counter.energy(from: 999_999_999, to: 0, in: 0) == Microjoules(1))
    #expect(try counter.energy(from: 999_999_990, to: 4, in: 0) == Microjoules(14))
    #expect(try counter.energy(from: 7, to: 7, in: 0) == .zero)
    let widest = WrappingCounter(range: .max, ceiling: .max)
    #expect(try widest.energy(from: .max, to: 0, in: 0) == Microjoules(1))
  }

  /// 1 kW for 0.9 s and the lag of 0.1 s is one energy short of twice around.
  @Test func aSecondWrapIsFlaggedFromWhereItIsPossible() throws {
    let time: UInt64 = 900_000_000
    #expect(try counter.energy(from: 10, to: 11, in: time) == Microjoules(1))
    #expect(try counter.energy(from: 10, to: 10, in: time - 1) == .zero)
    #expect(
      throws: CounterFault.ambiguousWrap(
        elapsed: Seconds(0.9), ceiling: Watts(1000), range: Microjoules(999_999_999))
    ) { try counter.energy(from: 10, to: 10, in: time) }
    #expect(counter.longestStep == time - 1)
  }

  /// In 0.1 s and the lag, 200 J can have been spent.
  @Test func whatCannotHaveBeenSpentIsAResetOrAJump() throws {
    let time: UInt64 = 100_000_000
    #expect(try counter.energy(from: 0, to: 200_000_000, in: time) == Microjoules(200_000_000))
    #expect(
      throws: CounterFault.jumped(
        by: Microjoules(200_000_001), elapsed: Seconds(0.1), ceiling: Watts(1000))
    ) { try counter.energy(from: 0, to: 200_000_001, in: time) }
    #expect(try counter.energy(from: 800_000_000, to: 0, in: time) == Microjoules(200_000_000))
    #expect(throws: CounterFault.reset(elapsed: Seconds(0.1), ceiling: Watts(1000))) {
      try counter.energy(from: 799_999_999, to: 0, in: time)
    }
  }

  @Test func readingsBeyondTheRangeAreRefused() {
    let fault = CounterFault.beyondRange(value: 1_000_000_000, range: 999_999_999)
    #expect(throws: fault) { try counter.energy(from: 0, to: 1_000_000_000, in: 1) }
    #expect(throws: fault) { try counter.energy(from: 1_000_000_000, to: 0, in: 1) }
  }

  @Test func extremesDoNotOverflow() throws {
    #expect(Microjoules.most(microwatts: .max, nanoseconds: .max) == Microjoules(.max))
    #expect(Microjoules.most(microwatts: 1, nanoseconds: 1) == Microjoules(1))
    #expect(Microjoules.most(microwatts: 1_000_000, nanoseconds: 1000) == Microjoules(1))
    #expect(Microjoules.most(microwatts: 1_000_000, nanoseconds: 1001) == Microjoules(2))
    #expect(WrappingCounter(range: .max, ceiling: 1).longestStep == .max - WrappingCounter.lag)
    #expect(WrappingCounter(range: 1, ceiling: 0).longestStep == .max - WrappingCounter.lag)
    #expect(WrappingCounter(range: 1, ceiling: .max).longestStep == 0)
    #expect(throws: CounterFault.self) {
      try WrappingCounter(range: 1, ceiling: .max).energy(from: 0, to: 0, in: .max)
    }
    #expect(Microjoules(.max).adding(Microjoules(1)) == nil)
    #expect(Microjoules(3).adding(Microjoules(4)) == Microjoules(7))
  }

  @Test func microjoulesAreMillionthsOfJoules() {
    #expect(Microjoules(1_500_000).joules == Joules(1.5))
    #expect(Microjoules(1).description == "1.00 µJ")
  }
}
