/// Measures how long one call takes, many times.
///
/// Measuring ends after the repetitions or when the time is over, but not before one call. The
/// body should leave its result where it is read later, so that the compiler can't leave the work
/// out. The clock's own cost, some tens of nanoseconds, is part of each figure; `Stopwatch.cost`
/// measures it.
///
/// - Parameters:
///   - warmUp: how many calls to make first, unmeasured.
///   - repetitions: how many calls to measure at most; at least one is.
///   - timeLimit: start no further call after this time of measuring; nil for no limit.
///   - clock: the clock to read.
///   - body: the call. It gets the number of calls before it, those of the warm-up among them, so
///     that it can take another input each time: one input over and over is in the cache.
/// - Returns: the time of each measured call.
/// - Throws: what the body throws.
@inline(never)
public func measureLatency(
  warmUp: Int, repetitions: Int, timeLimit: Seconds? = nil, clock: MonotonicClock = .system,
  _ body: (_ call: Int) throws -> Void
) rethrows -> LatencySample {
  let warmUp = max(warmUp, 0)
  for call in 0..<warmUp { try body(call) }
  func measure(_ call: Int) throws -> Seconds {
    let watch = Stopwatch(clock: clock)
    try body(call)
    return watch.elapsed
  }
  let total = Stopwatch(clock: clock)
  let first = try measure(warmUp)
  var others: [Seconds] = []
  while others.count + 1 < repetitions, timeLimit.map({ total.elapsed < $0 }) ?? true {
    others.append(try measure(warmUp + 1 + others.count))
  }
  return LatencySample(measured: first, others)
}

/// Measures how long one and the same call takes, many times.
///
/// - Parameters:
///   - warmUp: how many calls to make first, unmeasured.
///   - repetitions: how many calls to measure at most; at least one is.
///   - timeLimit: start no further call after this time of measuring; nil for no limit.
///   - clock: the clock to read.
///   - body: the call.
/// - Returns: the time of each measured call.
/// - Throws: what the body throws.
public func measureLatency(
  warmUp: Int, repetitions: Int, timeLimit: Seconds? = nil, clock: MonotonicClock = .system,
  _ body: () throws -> Void
) rethrows -> LatencySample {
  try measureLatency(
    warmUp: warmUp, repetitions: repetitions, timeLimit: timeLimit, clock: clock
  ) { _ in try body() }
}

extension Stopwatch {
  /// What reading the clock adds to a measured time.
  ///
  /// It is the median of what stopwatches show that are read as soon as they are started.
  ///
  /// - Parameters:
  ///   - clock: the clock to read.
  ///   - repetitions: how many stopwatches; at least one.
  /// - Returns: the cost.
  public static func cost(clock: MonotonicClock = .system, repetitions: Int = 1001) -> Seconds {
    measureLatency(warmUp: 100, repetitions: repetitions, clock: clock) { _ in }.median
  }
}
