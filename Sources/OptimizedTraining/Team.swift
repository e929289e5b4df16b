import Dispatch
import Synchronization

/// Something that a team works on together.
protocol TeamWork: AnyObject, Sendable {
  /// Does one member's part.
  ///
  /// - Parameter member: Who does it, and among how many.
  func work(as member: Member)
}

/// One of those who work together.
struct Member {
  /// The member's place, from 0; 0 is the thread that called.
  let index: Int
  /// The number of members.
  let count: Int
  fileprivate let barrier: SpinBarrier

  /// Waits until all members have come to this point.
  @inline(__always)
  func synchronize() { barrier.wait(for: count) }

  /// This member's part of so many equal things: neighbouring ones, and all parts but for one
  /// thing equally many.
  @inline(__always)
  func share(of things: Int) -> Range<Int> {
    things * index / count..<things * (index + 1) / count
  }
}

/// Threads that work in step, for microseconds at a time.
///
/// The caller is always a member. The others are iterations of one `concurrentPerform`, which
/// Dispatch may run at once, one after the other, late, or not before the caller is done. None is
/// waited for that hasn't come: whoever is there when a piece of work begins is the team, the caller
/// alone if need be, and since the arithmetic contract leaves no choice of bits to how work is
/// divided, the result is the same. Helpers stay a while behind their work and wait for more,
/// because waking them costs more than a training step; then they leave, and are asked for again.
///
/// A helper's state goes from absent to idle when it comes, from idle to drafted when the caller
/// counts it in (or back to absent when it leaves; both are exchanges, so that it can't do both),
/// and to working when the team is complete and the work is known. Behind it, it is idle again,
/// and that is what the caller waits for. Each of these stores releases and each load acquires, so
/// whatever one side wrote before is there for the other.
final class Team: Sendable {
  private enum State {
    static let absent = 0
    static let idle = 1
    static let drafted = 2
    static let working = 3
  }

  /// A helper's place, as the two sides see it.
  private final class Place: Sendable {
    let state = Atomic<Int>(State.absent)
    /// Which member it is; written by the caller while it is drafted.
    nonisolated(unsafe) var index = 0
  }

  /// What a piece of work consists of; written by the caller while no helper works.
  private struct Order {
    var work: (any TeamWork)?
    var count = 1
  }

  /// The largest number of members.
  let size: Int
  private let places: [Place]
  /// Runs a body for each index below a count, at once where it can, and returns when all are done.
  private let callHelpers: @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void
  private let patience: (onArrival: Int, behindWork: Int)
  private let isBusy = Atomic<Bool>(false)
  private let isCalling = Atomic<Bool>(false)
  private let barrier = SpinBarrier()
  nonisolated(unsafe) private var order = Order()

  /// Makes a team of a caller alone, which others will join.
  ///
  /// - Parameters:
  ///   - size: The largest number of members, at least 1.
  ///   - patience: How many looks a helper makes while nobody works. Who has only just come makes
  ///     few, since what it was called for may be done, and others may wait for its thread; behind
  ///     its work it waits longer for more. Who comes while others work stays until they are done,
  ///     however long that takes, to be there for what they do next.
  ///   - callHelpers: Runs a body for each index below a count, at once where it can, and returns
  ///     when all are done.
  init(
    size: Int, patience: (onArrival: Int, behindWork: Int) = (1 << 15, 1 << 19),
    callHelpers: @escaping @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void = {
      DispatchQueue.concurrentPerform(iterations: $0, execute: $1)
    }
  ) {
    self.size = size
    self.patience = patience
    self.callHelpers = callHelpers
    places = (1..<max(size, 1)).map { _ in Place() }
  }

  private static let teams = Mutex<[Int: Team]>([:])

  /// The program's one team of a size: several would wait for work on the same processors.
  static func shared(size: Int) -> Team {
    teams.withLock { teams in
      let team = teams[size] ?? Team(size: size)
      teams[size] = team
      return team
    }
  }

  /// Looks that a caller makes for helpers that it has only just called, for about a millisecond.
  ///
  /// They take 40 µs, and 150 µs where a processor has been idle for long. It looks only behind a
  /// call, and there is no second one before the first is answered, so a team that nobody joins
  /// waits once.
  private static let callerPatience = 1 << 20

  /// Does a piece of work with whoever is there, and returns when all of it is done.
  ///
  /// While the team has one caller, another does its work alone.
  ///
  /// - Parameter work: The work.
  func perform(_ work: some TeamWork) {
    guard !places.isEmpty,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      return work.work(as: Member(index: 0, count: 1, barrier: barrier))
    }
    defer { isBusy.store(false, ordering: .releasing) }
    if callForHelpers() { waitForHelpers() }
    var count = 1
    for place in places where draft(place) {
      place.index = count
      count += 1
    }
    order = Order(work: work, count: count)
    for place in places where place.state.load(ordering: .relaxed) == State.drafted {
      place.state.store(State.working, ordering: .releasing)
    }
    work.work(as: Member(index: 0, count: count, barrier: barrier))
    for place in places {
      var wait = SpinWait()
      while place.state.load(ordering: .acquiring) == State.working { wait.pause() }
    }
    order.work = nil
  }

  private func draft(_ place: Place) -> Bool {
    place.state.compareExchange(
      expected: State.idle, desired: State.drafted, ordering: .acquiring
    ).exchanged
  }

  /// Asks Dispatch for the helpers that aren't there, unless it has been asked already.
  ///
  /// - Returns: Whether it was asked now.
  private func callForHelpers() -> Bool {
    guard places.contains(where: { $0.state.load(ordering: .relaxed) == State.absent }),
      isCalling.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
        .exchanged
    else { return false }
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      callHelpers(places.count) { help(in: places[$0]) }
      isCalling.store(false, ordering: .releasing)
    }
    return true
  }

  private func waitForHelpers() {
    var wait = SpinWait()
    for _ in 0..<Self.callerPatience {
      guard places.contains(where: { $0.state.load(ordering: .relaxed) == State.absent }) else {
        return
      }
      wait.pause()
    }
  }

  /// A helper's time in the team: it works whenever it is drafted, and leaves when it has waited
  /// for long.
  private func help(in place: Place) {
    place.state.store(State.idle, ordering: .releasing)
    var wait = SpinWait()
    var looksLeft = patience.onArrival
    while true {
      switch place.state.load(ordering: .acquiring) {
      case State.working:
        order.work?.work(as: Member(index: place.index, count: order.count, barrier: barrier))
        place.state.store(State.idle, ordering: .releasing)
        looksLeft = patience.behindWork
      case State.drafted:
        wait.pause()
      default:
        wait.pause()
        if !isBusy.load(ordering: .relaxed) { looksLeft -= 1 }
        if looksLeft < 0,
          place.state.compareExchange(
            expected: State.idle, desired: State.absent, ordering: .acquiringAndReleasing
          ).exchanged
        {
          return
        }
      }
    }
  }
}
