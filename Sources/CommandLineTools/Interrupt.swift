import Foundation
import Synchronization

/// Whether the user has asked to stop.
///
/// The first interrupt or request to terminate is remembered, for the command to stop at the next
/// step and save; the second ends the process as if nobody had listened.
package enum Interrupt {
  private static let requested = Atomic(false)

  /// Starts to listen.
  package static func listen() {
    for signalNumber in [SIGINT, SIGTERM] {
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
