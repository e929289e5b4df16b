import CommandLineTools
import Foundation
import OutputFiles
import Reporting
import Studies

/// What all studies do with their progress and with an interrupt.
enum StudyOutput {
  /// A progress bar, and an observer that feeds it and passes interrupts on.
  static func progress() -> (bar: ProgressBar, observer: StudyObserver) {
    Interrupt.listen()
    let bar = ProgressBar(totalWork: 1)
    let observer = StudyObserver(
      advanced: { activity, fraction in
        bar.show(activity)
        bar.advance(by: fraction)
      },
      shouldStop: { Interrupt.isRequested })
    return (bar, observer)
  }

  /// Keeps what an interrupted study has, beside the results of an earlier whole one.
  ///
  /// - Parameters:
  ///   - trainings: How many trainings were done.
  ///   - folder: The folder of whole results.
  ///   - write: Writes what was measured to a folder.
  /// - Returns: What to end with.
  /// - Throws: `OutputError` if the system refuses.
  static func interruption(
    trainings: Int, _ folder: OutputFolder, write: (OutputFolder) throws -> Void
  ) throws -> CommandError {
    let again = "run the same command again for the whole study"
    guard trainings > 0 else {
      return .interrupted("interrupted before the first training was done: \(again)")
    }
    try write(
      try OutputFolder(folder.url.appending(path: "interrupted", directoryHint: .isDirectory)))
    return .interrupted(
      "interrupted: the \(trainings) trainings that were done are in "
        + "\(folder.url.relativePath)/interrupted; \(again)")
  }
}
