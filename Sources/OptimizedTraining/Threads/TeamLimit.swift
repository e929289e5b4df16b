/// How many members a team may have for now, by whether sharing the work has paid.
///
/// Beside busy processes a member loses its processor for milliseconds, and all others wait for it:
/// work of microseconds then takes milliseconds. A step in which members waited for three quarters of
/// their time has not paid. For a while afterwards half as many do the work, in the end the caller
/// alone; then twice as many try again. The while is as long as the lost step at first, and twice as
/// long each time that it happens again, up to 64 times, so that at most some hundredth of the time
/// is lost.
struct TeamLimit {
  private let size: Int
  private(set) var count: Int
  /// When more may be tried, in nanoseconds.
  private var end: UInt64 = 0
  /// The nanoseconds that the step took which didn't pay.
  private var lost: UInt64 = 0
  private var patience: UInt64 = 1

  private static let mostPatience: UInt64 = 64

  /// Starts with all of a team.
  init(size: Int) { (self.size, count) = (size, size) }

  /// Allows more members again where enough time has gone by.
  mutating func renew(at now: UInt64) {
    guard count < size, now >= end else { return }
    count = min(2 * count, size)
    end = now &+ (count < size ? patience * lost : 0)
  }

  /// Takes account of a step of some members that ended now: how long it took, and how long they
  /// waited for each other, all together, in nanoseconds.
  mutating func take(members: Int, time: UInt64, waited: UInt64, now: UInt64) {
    guard members > 1, 4 * waited >= 3 * time * UInt64(members - 1) else { return }
    if now &- end > Self.mostPatience * lost { patience = 1 }
    count = members / 2
    lost = time
    end = now &+ patience * lost
    patience = min(2 * patience, Self.mostPatience)
  }
}
