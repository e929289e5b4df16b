import CommandLineTools
import Foundation
import OutputFiles
import Reporting
import Studies

/// What all studies do with their progress, their results and an interrupt.
enum StudyOutput {
  static let option = Command.Option(
    "--output", "DIR", help: "the folder to write to (default out)")

  /// The folder to write to; that it can be is known before the long run.
  static func folder(_ arguments: Arguments) throws -> OutputFolder {
    try OutputFolder(
      URL(filePath: try arguments.path("--output") ?? "out", directoryHint: .isDirectory))
  }

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

  /// What a study ends with.
  struct Conclusion {
    /// Whether everything is there.
    let isComplete: Bool
    /// How many trainings were done.
    let trainings: Int
    /// The table for the terminal.
    let table: TextTable
    /// What explains it.
    let notes: String
    /// The claims with their verdicts.
    let claims: [String]
  }

  /// Writes the results and prints what a study ends with.
  ///
  /// - Parameters:
  ///   - conclusion: What it ends with.
  ///   - folder: The folder of whole results.
  ///   - write: Writes what was measured to a folder.
  /// - Throws: `CommandError.interrupted` where the study isn't whole, `OutputError` if the system
  ///   refuses.
  static func conclude(
    _ conclusion: Conclusion, in folder: OutputFolder, write: (OutputFolder) throws -> Void
  ) throws {
    guard conclusion.isComplete else {
      throw try interruption(trainings: conclusion.trainings, folder, write: write)
    }
    try write(folder)
    try Console.line(conclusion.table.terminalText())
    for text in [conclusion.notes] + conclusion.claims {
      try Console.line(Command.paragraph(text))
    }
    try Console.line("\(folder.url.relativePath)/report.html has the charts and the reasons.")
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
