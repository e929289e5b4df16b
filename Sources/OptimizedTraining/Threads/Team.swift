import CProcessor
import Dispatch
import Synchronization

/// Work that a team does together.
protocol TeamWork: AnyObject, Sendable {
  func work(as member: Member)
}

/// Threads that work in step, for microseconds at a time.
///
/// The caller is always a member. The others, its helpers, are iterations of one `concurrentPerform`,
/// which Dispatch may run at once, one after the other, late, or not before the caller is done. No
/// helper is waited for that hasn't come: whoever is there when work starts is the team, the caller
/// alone if need be, and since the arithmetic contract leaves no choice of bits to how work is
/// divided, the result is the same. Helpers stay a while after their work and wait for more, because
/// waking them costs more than a training step; then they leave, and are called again. Beside busy
/// processes, where members lose their processors to others, fewer of them share the work (`TeamLimit`).
///
/// A helper's state goes from absent to called when the caller asks Dispatch for it, to idle when it
/// comes, from idle to drafted when the caller counts it in (or back to absent when it leaves; both are
/// exchanges, so that it can't do both), and to working when the team is complete and the work is
/// known. After the work it is idle again, which is what the caller waits for. Each of these stores
/// releases and each load acquires, but for a call, which Dispatch hands on, so whatever one side wrote
/// before is visible to the other.
final class Team: Sendable {
  private enum State {
    static let absent = 0
    static let called = 1
    static let idle = 2
    static let drafted = 3
    static let working = 4
  }

  /// A helper's place in the team, shared by helper and caller.
  private final class Place: Sendable {
    let state = Atomic<Int>(State.absent)
    /// The helper's index as a member; written by the caller while it is drafted.
    nonisolated(unsafe) var index = 0
  }

  /// The largest number of members.
  let size: Int
  private let places: [Place]
  /// Runs a body for each index below a count, at once where it can, and returns when all are done.
  private let callHelpers:
    @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void
  private let givesWay: Bool
  private let patience: (onArrival: Int, afterWork: Int)
  private let isBusy = Atomic<Bool>(false)
  /// The most members that work may have for now; helpers beyond don't stay for it.
  private let wanted = Atomic<Int>(.max)
  private let barrier = SpinBarrier()
  /// Read and written by the caller alone, while the team is busy.
  nonisolated(unsafe) private var limit: TeamLimit
  /// The current work and its members; written by the caller while no helper works.
  nonisolated(unsafe) private var order: (work: (any TeamWork)?, count: Int) = (nil, 1)

  /// Makes a team of at most `size` members, which starts as the caller alone, and gives way to busy
  /// processes unless asked not to.
  ///
  /// The patience is how often a helper looks for work while nobody works. One that has only just come
  /// looks few times, since what it was called for may be done, and others may wait for its thread;
  /// after its work it waits longer for more. One that comes while others work stays until they are
  /// done, however long that takes, to be there for what they do next.
  init(
    size: Int, givesWay: Bool = true,
    patience: (onArrival: Int, afterWork: Int) = (1 << 11, 1 << 15),
    callHelpers:
      @escaping @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void = {
        DispatchQueue.concurrentPerform(iterations: $0, execute: $1)
      }
  ) {
    self.size = size
    self.givesWay = givesWay
    limit = TeamLimit(size: size)
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

  /// How long a caller looks for helpers that it has only just called, in nanoseconds.
  ///
  /// They take 40 µs, and 150 µs where a processor has been idle for long. It looks only after a call,
  /// and none is called twice before it has come, so a team that nobody joins waits once.
  private static let callerPatience: UInt64 = 1_000_000

  /// Does some work with whoever is there, and returns when all of it is done.
  ///
  /// While the team has one caller, another does its work alone.
  func perform(_ work: some TeamWork) {
    guard !places.isEmpty,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      return work.work(as: Member(index: 0, count: 1, barrier: barrier))
    }
    defer { isBusy.store(false, ordering: .releasing) }
    let start = Parking.now
    limit.renew(at: start)
    wanted.store(limit.count, ordering: .relaxed)
    let helpers = limit.count - 1
    if call(first: helpers) { wait(forFirst: helpers, from: start) }
    var count = 1
    for place in places
    where count < limit.count
      && place.state.compareExchange(
        expected: State.idle, desired: State.drafted, ordering: .acquiring
      ).exchanged
    {
      place.index = count
      count += 1
    }
    order = (work, count)
    for place in places where place.state.load(ordering: .relaxed) == State.drafted {
      place.state.store(State.working, ordering: .releasing)
    }
    work.work(as: Member(index: 0, count: count, barrier: barrier))
    for place in places {
      barrier.parking.wait { place.state.load(ordering: .sequentiallyConsistent) != State.working }
    }
    order.work = nil
    let waited = barrier.parking.takeWaited()
    if waited > 0, givesWay {
      let now = Parking.now
      limit.take(members: count, time: now &- start, waited: waited, now: now)
    }
  }

  /// Asks Dispatch for those of the first helpers that aren't there, and returns whether any weren't.
  ///
  /// The others may stay for as long as there is work, so each is called again by itself.
  private func call(first count: Int) -> Bool {
    let isAbsent = { (number: Int) in
      self.places[number].state.load(ordering: .acquiring) == State.absent
    }
    guard (0..<count).contains(where: isAbsent) else { return false }
    let absent = (0..<count).filter(isAbsent)
    for number in absent { places[number].state.store(State.called, ordering: .relaxed) }
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      callHelpers(absent.count) { self.help(in: self.places[absent[$0]], number: absent[$0] + 1) }
    }
    return true
  }

  private func wait(forFirst count: Int, from start: UInt64) {
    while places[..<count].contains(where: { $0.state.load(ordering: .relaxed) == State.called }),
      Parking.now &- start < Self.callerPatience
    {
      processor_pause()
    }
  }

  /// Runs a helper, which works whenever it is drafted, and leaves when its patience ends.
  private func help(in place: Place, number: Int) {
    place.state.store(State.idle, ordering: .releasing)
    var looksLeft = patience.onArrival
    while true {
      switch place.state.load(ordering: .acquiring) {
      case State.working:
        order.work?.work(as: Member(index: place.index, count: order.count, barrier: barrier))
        place.state.store(State.idle, ordering: .sequentiallyConsistent)
        barrier.parking.wake()
        looksLeft = patience.afterWork
      case State.drafted: processor_pause()
      default:
        processor_pause()
        if !isBusy.load(ordering: .relaxed) || number >= wanted.load(ordering: .relaxed) {
          looksLeft -= 1
        }
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
