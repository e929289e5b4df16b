import Testing

@testable import Measurement

@Test func warmUpIsCalledAndNotMeasured() {
  let time = SteppingClock()
  var calls: UInt64 = 0
  let sample = measureLatency(warmUp: 2, repetitions: 3, clock: time.clock) {
    calls += 1
    time.advance(nanoseconds: calls * 1_000_000_000)
  }
  #expect(calls == 5)
  #expect(sample.calls == [Seconds(3), Seconds(4), Seconds(5)])
}

@Test(arguments: [(0.0, 1), (1, 1), (2.5, 3), (3, 3), (100, 10)])
func measuringStopsAtTheTimeLimit(limit: Double, calls: Int) {
  let time = SteppingClock()
  let sample = measureLatency(
    warmUp: 7, repetitions: 10, timeLimit: Seconds(limit), clock: time.clock
  ) {
    time.advance(nanoseconds: 1_000_000_000)
  }
  #expect(sample.calls == Array(repeating: Seconds(1), count: calls))
}

@Test(arguments: [-1, 0, 1])
func atLeastOneCallIsMeasured(repetitions: Int) {
  let sample = measureLatency(warmUp: -1, repetitions: repetitions) {}
  #expect(sample.calls.count == 1)
}

/// A clock that goes on by 40 ns whenever it is read, and now and then by far more.
@Test func theClocksOwnCostIsMeasured() {
  let time = SteppingClock()
  var reading = 0
  let clock = MonotonicClock {
    time.advance(nanoseconds: 40)
    return time.clock.nanoseconds()
  }
  #expect(Stopwatch.cost(clock: clock) == Seconds(40e-9))
  let sample = measureLatency(warmUp: 0, repetitions: 9, clock: clock) {
    reading += 1
    if reading == 5 { time.advance(nanoseconds: 1_000_000) }
  }
  #expect(sample.median == Seconds(40e-9))
  #expect(Stopwatch.cost() >= .zero)
}
