import Dispatch
import Files
import Synchronization

/// One line on the terminal that shows what runs now, how far it is and how long it still takes.
///
/// Progress is measured in declared work, in any unit that is proportional to time (samples times
/// FLOPs, say), so the time left doesn't jump when steps of different sizes follow each other. The
/// line is redrawn at most ten times a second. Where the output is redirected there is no bar but,
/// from `done`, a line for each finished piece of work. All methods may be called from any thread.
package final class ProgressBar: Sendable {
  private struct State {
    var label = ""
    var done = 0.0
    var lastAdvance = 0.0
    var lastDrawing = -Double.infinity
    var isVisible = false
    var isFinished = false
  }

  private static let shortestInterval = 0.1

  private let totalWork: Double
  private let terminal: ProgressTerminal
  private let started: Double
  private let state = Mutex(State())

  /// A bar on standard error, of so much work in the unit that `advance(by:)` counts.
  package convenience init(totalWork: Double) {
    self.init(totalWork: totalWork, terminal: .standard)
    if terminal.isTerminal { startTicking() }
  }

  /// A bar on a terminal of the caller's choice, which is drawn only when it is told something.
  package init(totalWork: Double, terminal: ProgressTerminal) {
    self.totalWork = totalWork.isFinite ? max(0, totalWork) : 0
    self.terminal = terminal
    started = terminal.now()
  }

  deinit { finish() }

  /// Names what runs now, in a few words; they are cut where the terminal is too narrow.
  package func show(_ label: String) { update { $0.label = Printable.line(label) } }

  /// Counts work that was done since the last call; ignores what is not positive and finite.
  package func advance(by work: Double) {
    guard work.isFinite, work > 0 else { return }
    update { state in
      state.done = min(totalWork, state.done + work)
      state.lastAdvance = terminal.now() - started
    }
  }

  /// Reports a finished piece of work: a line where output is redirected, progress on the bar.
  package func done(_ line: String, work: Double = 0) {
    advance(by: work)
    terminal.log?(Printable.line(line))
  }

  /// Takes the bar off the terminal while `body`, which must not use the bar, writes other output.
  package func hidden<Result, Failure: Error>(
    while body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try state.withLock { state throws(Failure) in
      erase(&state)
      defer { draw(&state, at: terminal.now()) }
      return try body()
    }
  }

  /// Removes the bar for good; the line is empty afterwards.
  package func finish() {
    state.withLock { state in
      erase(&state)
      state.isFinished = true
    }
  }

  private func update(_ change: (inout State) -> Void) {
    guard terminal.isTerminal else { return }
    state.withLock { state in
      change(&state)
      drawIfDue(&state)
    }
  }

  private func drawIfDue(_ state: inout State) {
    let now = terminal.now()
    if now - state.lastDrawing >= Self.shortestInterval { draw(&state, at: now) }
  }

  private func draw(_ state: inout State, at now: Double) {
    guard terminal.isTerminal, !state.isFinished else { return }
    let line = ProgressLine(
      label: state.label, fraction: totalWork > 0 ? state.done / totalWork : 0,
      elapsed: now - started, elapsedAtLastAdvance: state.lastAdvance)
    // The last column stays free: writing there makes some terminals wrap.
    terminal.write("\r" + line.text(columns: max(0, terminal.columns() - 1)) + "\u{1B}[K")
    state.lastDrawing = now
    state.isVisible = true
  }

  private func erase(_ state: inout State) {
    guard state.isVisible else { return }
    terminal.write("\r\u{1B}[K")
    state.isVisible = false
    state.lastDrawing = -.infinity
  }

  /// Keeps the elapsed time going, and shows a label that came too soon after the last drawing.
  private func startTicking() {
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 0.5) { [weak self] in
      guard let self else { return }
      let goesOn = state.withLock { state in
        drawIfDue(&state)
        return !state.isFinished
      }
      if goesOn { startTicking() }
    }
  }
}
