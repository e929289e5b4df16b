import Testing

@testable import Measurement

private struct Failure: Error {}

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

@Test func theBodysErrorComesThrough() {
  #expect(throws: Failure.self) {
    try measureLatency(warmUp: 0, repetitions: 1) { throw Failure() }
  }
}
