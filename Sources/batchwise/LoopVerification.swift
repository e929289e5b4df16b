import CommandLineTools
import Foundation
import OutputFiles
import Reporting
import Verification

/// `batchwise verify --trainer`: the laws asked of a training loop in another process.
enum LoopVerification {
  static let options: [Command.Option] = [
    .init(
      "--trainer", "COMMAND",
      help: "check a training loop of your own in another process: a program that calls serve(…), "
        + "such as \"python3 my_training.py\""),
    .init(
      "--timeout", "S", help: "with --trainer: seconds to wait for an answer (default 120)"),
    .init(
      "--limit", "N",
      help: "with --trainer: numbers of a tensor that are read (default 65536)"),
  ]

  /// The options that go with `--trainer`.
  private static let companions = [
    "--trainer", "--timeout", "--limit", "--batch-size", "--splits", "--json",
  ]

  /// Checks a loop and prints what was found.
  ///
  /// - Parameters:
  ///   - command: The command line that starts the program.
  ///   - arguments: The other options.
  /// - Throws: `CommandError` for options that don't go together, a program that can't be asked, and
  ///   a loop that isn't found to be right.
  static func run(_ command: String, _ arguments: Arguments) throws {
    if let other = arguments.given.keys.sorted().first(where: { !companions.contains($0) }) {
      throw CommandError.misuse(
        "--trainer has its own model, data and optimizer: leave out \(other)")
    }
    let timeout = try arguments.seconds("--timeout")?.value ?? 120
    let limit = try arguments.integer("--limit", in: 4...1 << 24) ?? 1 << 16
    let batchSize = try arguments.integer("--batch-size", in: 1...10_000_000)
    let splits = arguments.text("--splits")
    Interrupt.listen()
    let start = Date()
    let report: LoopReport
    let bar = ProgressBar(totalWork: Double(LoopExamination.stages))
    do {
      let process = try TrainerProcess(
        command, files: AdapterCommand.files, timeout: timeout,
        isInterrupted: { Interrupt.isRequested })
      bar.show("starting \(Printable.line(command))")
      let examination = try LoopExamination(
        process, batchSize: batchSize,
        splits: splits.map { text in { try Splits.read(text, batchSize: $0) } }, limit: limit,
        told: {
          bar.advance(by: 1)
          bar.show($0)
        })
      report = try examination.examine()
    } catch let error as TrainerFailure {
      bar.finish()
      if Interrupt.isRequested {
        throw CommandError.interrupted("interrupted: run the same command again")
      }
      throw CommandError.failure(error.description)
    }
    bar.finish()
    let seconds = Date().timeIntervalSince(start)
    if arguments.has("--json") {
      let record = Record(trainer: command, seconds: seconds, report: report)
      try Console.text(String(decoding: try encodedJSON(record), as: UTF8.self))
    } else {
      try Console.text(text(report, command, seconds: seconds))
    }
    guard report.holds else {
      let names = report.diagnosis.map(\.rawValue).joined(separator: ", ")
      throw CommandError.failure(
        names.isEmpty
          ? "the loop isn't found to be right: the table says what couldn't be told, or failed"
          : "the loop isn't right: \(names)")
    }
  }

  /// What `--json` prints.
  private struct Record: Encodable {
    let trainer: String
    let seconds: Double
    let report: LoopReport

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(trainer, forKey: .trainer)
      try container.encode(seconds, forKey: .seconds)
      try report.encode(to: encoder)
    }

    private enum Key: CodingKey {
      case trainer, seconds
    }
  }

  /// The table, the diagnosis, and what was measured besides.
  static func text(_ report: LoopReport, _ command: String, seconds: Double) -> String {
    let findings = FindingTable(report.findings)
    var blocks = [heading(report, command, seconds: seconds), findings.table]
    if report.diagnosis.isEmpty {
      blocks.append(
        report.holds ? "Diagnosis: the loop splits its batches rightly." : "Diagnosis: none fits.")
    }
    for (diagnosis, advice) in zip(report.diagnosis, report.advice) {
      blocks.append(Command.paragraph("Diagnosis: \(diagnosis.rawValue). \(advice)"))
    }
    if !report.scaling.isEmpty {
      let rows = report.scaling.map { rule in
        [.text(rule.rule), .text(String(format: "%.3g %%", 100 * rule.off))]
          as [TextTable.Cell]
      }
      let table = TextTable(
        columns: [
          .init("hyperparameters for each of k parts", alignment: .left), .init("motion off by"),
        ], rows: rows)
      blocks.append(
        Command.paragraph(
          "How far the weights' motion over four passes, with every gradient taken near the initial "
            + "weights, is from that of the whole batches under \(report.optimizer ?? "the optimizer"):"
        )
          + "\n\n" + table.terminalText())
    }
    if let scale = report.noiseScale {
      blocks.append(
        Command.paragraph(
          "Gradient noise scale: about \(Self.twoDigits(scale)) samples, from this one batch."
        ))
    }
    blocks.append(findings.readOn)
    return blocks.map { $0.trimmingCharacters(in: .newlines) }.joined(separator: "\n\n") + "\n"
  }

  /// A number rounded to two digits, without an exponent.
  private static func twoDigits(_ number: Double) -> String {
    let unit = pow(10, (log10(number).rounded(.down) - 1))
    return ((number / unit).rounded() * unit).formatted(
      .number.grouping(.never).precision(.significantDigits(1...2)))
  }

  private static func heading(
    _ report: LoopReport, _ command: String, seconds: Double
  ) -> String {
    let read =
      report.parametersRead < report.parameters ? " (\(report.parametersRead) of them read)" : ""
    return """
      \(Printable.line(command)): \(report.framework), \(report.optimizer ?? "no optimizer of its own")
      \(report.parameters) parameters\(read), a batch of \(report.batchSize) of \(report.samples) \
      samples, \(report.precision), \(String(format: "%.1f", seconds)) s
      """
  }
}
