/// Why a counter tells no energy.
public enum CounterFault: Error, Hashable, Sendable {
  /// The file may not be read.
  case denied(path: String)
  /// The file is not there, or no longer.
  case missing(path: String)
  /// Reading failed for another reason.
  case unreadable(path: String, reason: String)
  /// The file has no contents.
  case empty(path: String)
  /// The file holds something else than a whole number that is not negative.
  case garbage(path: String, contents: String)
  /// The counter is beyond what it says that it can count to.
  case beyondRange(value: UInt64, range: UInt64)
  /// So much could have been spent between two readings that the counter may have started over
  /// once more than it shows.
  case ambiguousWrap(elapsed: Seconds, ceiling: Watts, range: Microjoules)
  /// The counter fell, and starting over from its largest value would take more than can have been
  /// spent.
  case reset(elapsed: Seconds, ceiling: Watts)
  /// The counter rose by more than can have been spent.
  case jumped(by: Microjoules, elapsed: Seconds, ceiling: Watts)
  /// The counter is where it was at the beginning.
  case stoodStill(elapsed: Seconds)
  /// The sum has no place in 64 bits.
  case overflow
}

extension CounterFault: CustomStringConvertible {
  /// What happened, in one line.
  public var description: String {
    switch self {
    case .denied(let path):
      "permission denied: \(path), which many systems let only root read"
    case .missing(let path): "\(path) is not there, or no longer"
    case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
    case .empty(let path): "\(path) is empty"
    case .garbage(let path, let contents): "\(path) holds \(contents), which is no count"
    case .beyondRange(let value, let range):
      "the counter stands at \(value) µJ, beyond its range of \(range) µJ"
    case .ambiguousWrap(let elapsed, let ceiling, let range):
      "the counter may have started over once more than it shows: \(elapsed) between readings, "
        + "at up to \(ceiling), and a range of \(range)"
    case .reset(let elapsed, let ceiling):
      "the counter was reset: it fell, and \(ceiling) can't have taken it around in \(elapsed)"
    case .jumped(let energy, let elapsed, let ceiling):
      "the counter jumped: \(energy) in \(elapsed) is more than \(ceiling)"
    case .stoodStill(let elapsed): "the counter stood still for \(elapsed)"
    case .overflow: "the energy has no place in 64 bits"
    }
  }

  /// Contents of a file, shortened and without line ends, for a message of one line.
  static func excerpt(_ contents: some StringProtocol) -> String {
    let most = 24
    return String(contents.prefix(most)).debugDescription + (contents.count > most ? " …" : "")
  }
}
