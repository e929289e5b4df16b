import CommandLineTools
import Files
import Foundation
import Reporting
import Studies

/// What all studies do with their progress, their results and an interrupt.
enum StudyOutput {
  /// The option that names the folder, with a study's default.
  static func option(default folder: String) -> Command.Option {
    Command.Option("--output", "DIR", help: "the folder to write to (default \(folder))")
  }

  /// The folder to write to; that it can be, and that nothing else's results are there, is known
  /// before the long run.
  ///
  /// - Parameters:
  ///   - arguments: What was typed.
  ///   - fallback: The folder where none was typed.
  ///   - options: The study's options, by which its own results are known.
  /// - Returns: The folder.
  /// - Throws: `CommandError.failure` where files would be replaced that aren't this study's,
  ///   `OutputError` where the system refuses.
  static func folder(
    _ arguments: Arguments, default fallback: String, ofStudyWith options: (some Decodable).Type
  ) throws -> OutputFolder {
    let folder = try OutputFolder(
      URL(filePath: try arguments.path("--output") ?? fallback, directoryHint: .isDirectory))
    try requireOwn(folder, options)
    try requireOwn(try OutputFolder.existing(interrupted(folder)), options)
    return folder
  }

  private static func interrupted(_ folder: OutputFolder) -> URL {
    folder.url.appending(path: "interrupted", directoryHint: .isDirectory)
  }

  /// What tells a study's `results.json` from another's.
  private struct OptionsOfResults<Options: Decodable>: Decodable {
    let options: Options
  }

  private static func requireOwn<Options: Decodable>(
    _ folder: OutputFolder?, _ options: Options.Type
  ) throws(CommandError) {
    guard let folder else { return }
    func url(_ name: String) -> URL { folder.url.appending(path: name) }
    let there = StudyFiles.names.filter { FileManager.default.fileExists(atPath: url($0).path) }
    guard let first = there.first else { return }
    let old = try? Data(contentsOf: url(StudyFiles.results))
    guard let old, (try? JSONDecoder().decode(OptionsOfResults<Options>.self, from: old)) != nil
    else {
      throw .failure(
        "\(url(first).relativePath) is there, and not by this study, so it is not replaced: name "
          + "another folder with --output")
    }
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
    try write(try OutputFolder(interrupted(folder)))
    return .interrupted(
      "interrupted: the \(trainings) trainings that were done are in "
        + "\(folder.url.relativePath)/interrupted; \(again)")
  }
}
