import Foundation
import Synchronization

/// Whether the user has asked to stop.
///
/// The first interrupt, request to terminate, or end of the terminal is remembered, for the command to
/// stop at the next step and save; the second ends the process as if nobody had listened.
package enum Interrupt {
  private static let requested = Atomic(false)

  /// Starts to listen.
  package static func listen() {
    // A process that nohup started ignores the end of its terminal, and goes on to.
    let ignoresHangup =
      unsafeBitCast(signal(SIGHUP, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    for signalNumber in ignoresHangup ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP] {
      signal(signalNumber) { number in
        if Interrupt.requested.exchange(true, ordering: .relaxed) {
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    }
  }

  /// Whether an interrupt has come.
  package static var isRequested: Bool { requested.load(ordering: .relaxed) }
}
