import Testing

@testable import Measurement

private struct Failure: Error {}

@Test func aStopwatchReadsNanosecondsAsSeconds() {
  let time = SteppingClock()
  let watch = Stopwatch(clock: time.clock)
  #expect(watch.elapsed == Seconds(0))
  time.advance(nanoseconds: 1_500_000_000)
  #expect(watch.elapsed == Seconds(1.5))
  time.advance(nanoseconds: 500_000_000)
  #expect(watch.elapsed == Seconds(2))
}

@Test func measuringKeepsTheResultAndTheError() {
  let time = SteppingClock()
  let measured = Stopwatch.measure(clock: time.clock) {
    time.advance(nanoseconds: 250_000_000)
    return "done"
  }
  #expect(measured.result == "done")
  #expect(measured.time == Seconds(0.25))
  #expect(throws: Failure.self) {
    try Stopwatch.measure { () throws(Failure) in throw Failure() }
  }
}

@Test func theSystemClockNeverGoesBack() {
  let clock = MonotonicClock.system
  var last = clock.nanoseconds()
  for _ in 0..<10_000 {
    let now = clock.nanoseconds()
    #expect(now >= last)
    last = now
  }
}
