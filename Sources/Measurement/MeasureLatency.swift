/// Measures how long one call takes, many times.
///
/// Measuring ends after the repetitions or when the time is over, but not before one call. The
/// body should leave its result where it is read later, so that the compiler can't leave the work
/// out. The clock's own cost, some tens of nanoseconds, is part of each figure.
///
/// - Parameters:
///   - warmUp: how many calls to make first, unmeasured.
///   - repetitions: how many calls to measure at most; at least one is.
///   - timeLimit: start no further call after this time of measuring; nil for no limit.
///   - clock: the clock to read.
///   - body: the call.
/// - Returns: the time of each measured call.
/// - Throws: what the body throws.
@inline(never)
public func measureLatency(
  warmUp: Int, repetitions: Int, timeLimit: Seconds? = nil, clock: MonotonicClock = .system,
  _ body: () throws -> Void
) rethrows -> LatencySample {
  for _ in 0..<max(warmUp, 0) { try body() }
  func measureOne() throws -> Seconds {
    let watch = Stopwatch(clock: clock)
    try body()
    return watch.elapsed
  }
  let total = Stopwatch(clock: clock)
  let first = try measureOne()
  var others: [Seconds] = []
  while others.count + 1 < repetitions, timeLimit.map({ total.elapsed < $0 }) ?? true {
    others.append(try measureOne())
  }
  return LatencySample(measured: first, others)
}
