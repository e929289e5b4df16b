import Foundation

/// What a progress bar shows at one moment, as one line of text.
struct ProgressLine {
  /// What runs now.
  let label: String
  /// The share of the work that is done, from 0 to 1.
  let fraction: Double
  /// Seconds since the start.
  let elapsed: Double
  /// Seconds from the start to the moment when `fraction` was last known.
  let elapsedAtLastAdvance: Double

  /// Seconds still to go if the work goes on at its mean speed so far; nil while nothing is done.
  var timeLeft: Double? {
    guard fraction > 0 else { return nil }
    let left = elapsedAtLastAdvance * (1 - fraction) / fraction
    return max(0, left - (elapsed - elapsedAtLastAdvance))
  }

  /// The line in at most `columns` terminal columns: bar, percentage, times, then the label.
  func text(columns: Int) -> String {
    // Rounded down: 100 % is shown when everything is done and not before.
    let percentage = Int(min(max(fraction, 0), 1) * 100)
    let left = timeLeft.map { "\(Self.clock($0)) left" } ?? "estimating"
    let share = String(format: "%3d", percentage)
    let figures = "\(share) %  \(Self.clock(elapsed)) elapsed  \(left)"
    // The label, which says what runs now, gets twice the room of the bar.
    let barWidth = min(24, (columns - TerminalText.width(figures)) / 3)
    let bar = barWidth >= 8 ? Self.bar(fraction, columns: barWidth) + "  " : ""
    let line = label.isEmpty ? bar + figures : bar + figures + "  " + label
    return TerminalText.truncated(line, columns: columns)
  }

  private static func bar(_ fraction: Double, columns: Int) -> String {
    let filled = Int(min(max(fraction, 0), 1) * Double(columns))
    return String(repeating: "━", count: filled) + String(repeating: "┄", count: columns - filled)
  }

  /// Seconds as `m:ss` or `h:mm:ss`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "over 100 h" }
    let whole = Int(max(0, seconds).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}
