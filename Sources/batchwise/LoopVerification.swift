import CommandLineTools
import Files
import Foundation
import Reporting
import Verification

/// `batchwise verify --trainer`: the laws asked of a training loop in another process.
enum LoopVerification {
  static let options: [Command.Option] = [
    .init(
      "--trainer", "COMMAND",
      help: "check a training loop of your own in another process: a program that calls serve(…), "
        + "such as \"python3 my_training.py\""),
    .init("--timeout", "S", help: "with --trainer: seconds to wait for an answer (default 120)"),
    .init(
      "--limit", "N", help: "with --trainer: numbers of a tensor that are read (default 65536)"),
    .init(
      "--accept", "D",
      help: "with --trainer: diagnoses that are no failure, such as random-per-pass, which dropout "
        + "has; a list with commas"),
  ]

  /// The options that go with `--trainer`.
  private static let companions = [
    "--trainer", "--timeout", "--limit", "--accept", "--batch-size", "--splits", "--json",
  ]

  /// Checks the loop of the program that a command line starts, and prints what was found.
  static func run(_ command: String, _ arguments: Arguments) throws {
    if let other = arguments.given.keys.sorted().first(where: { !companions.contains($0) }) {
      throw CommandError.misuse(
        "--trainer has its own model, data and optimizer: leave out \(other)")
    }
    guard command.contains(where: { !$0.isWhitespace }) else {
      throw CommandError.misuse(
        "--trainer '': a command expected, such as \"python3 my_training.py\"")
    }
    let timeout = try arguments.seconds("--timeout")?.value ?? 120
    let limit = try arguments.integer("--limit", in: 4...1 << 24) ?? 1 << 16
    let batchSize = try arguments.integer("--batch-size", in: 1...10_000_000)
    let splits = arguments.text("--splits")
    let accepted = try accepted(arguments.text("--accept"))
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
      try Interrupt.check()
      throw CommandError.failure(error.description)
    }
    bar.finish()
    let seconds = Date().timeIntervalSince(start)
    if arguments.has("--json") {
      try Console.json(Record(trainer: command, seconds: seconds, report: report))
    } else {
      try Console.text(text(report, command, seconds: seconds))
    }
    guard report.holds(accepting: accepted) else {
      throw CommandError.failure("the loop isn't found to be right: \(verdict(report))")
    }
  }

  /// The diagnoses of `--accept`.
  private static func accepted(_ text: String?) throws(CommandError) -> Set<Diagnosis> {
    let words = text?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    return Set(
      try words.map { word throws(CommandError) in
        if let diagnosis = Diagnosis(rawValue: String(word)) { return diagnosis }
        let known = Diagnosis.allCases.map(\.rawValue).joined(separator: ", ")
        throw .misuse("--accept '\(word)': some of \(known) expected")
      })
  }

  /// The outcome in a line.
  private static func verdict(_ report: LoopReport) -> String {
    if !report.diagnosis.isEmpty {
      return report.diagnosis.map(\.rawValue).joined(separator: ", ")
        + (report.splitsHold ? "; its batches are split rightly" : "")
    }
    if report.holds { return "splits its batches rightly" }
    return report.findings.contains { $0.verdict == .fails }
      ? "something differs, but fits no known fault: see the rows that fail"
      : "the split can't be told: see the table"
  }

  /// The JSON that `--json` prints.
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

    private enum Key: CodingKey { case trainer, seconds }
  }

  /// The table, the diagnosis, and what was measured besides.
  static func text(_ report: LoopReport, _ command: String, seconds: Double) -> String {
    let findings = FindingTable(report.findings)
    var blocks = [
      heading(report, command, seconds: seconds), "Verdict: \(verdict(report)).", findings.table,
    ]
    for (diagnosis, advice) in zip(report.diagnosis, report.advice) {
      blocks.append(Command.paragraph("Diagnosis: \(diagnosis.rawValue). \(advice)"))
    }
    if !report.scaling.isEmpty {
      let table = TextTable(
        columns: [.left("hyperparameters for each of k parts"), .init("motion off by")],
        rows: report.scaling.map { rule in
          let off = NumberFormat.significant(3).string(100 * rule.off)
          return [.text(rule.rule), .text("\(off) %")]
        })
      blocks.append(
        Command.paragraph(
          "If each of k = \(report.parts) parts were a step of its own: which hyperparameters of "
            + "\(report.optimizer ?? "the optimizer") follow steps on the whole best, by the weights' "
            + "motion over four passes?") + "\n\n" + table.terminalText())
    }
    if let scale = report.noiseScale {
      blocks.append(
        Command.paragraph(
          "Gradient noise scale: about \(Self.twoDigits(scale)) samples, from this one batch."))
    }
    blocks.append(findings.readOn)
    return blocks.map { $0.trimmingCharacters(in: .newlines) }.joined(separator: "\n\n") + "\n"
  }

  /// A number rounded to two digits, without an exponent.
  private static func twoDigits(_ number: Double) -> String {
    let unit = pow(10, (log10(number).rounded(.down) - 1))
    return NumberFormat.shortest((number / unit).rounded() * unit)
  }

  /// The program, what it trains, and how long asking took.
  private static func heading(_ report: LoopReport, _ command: String, seconds: Double) -> String {
    let read =
      report.parametersRead < report.parameters ? " (\(report.parametersRead) of them read)" : ""
    return """
      \(Printable.line(command)): \(report.framework), \(report.optimizer ?? "no optimizer of its own")
      \(report.parameters) parameters\(read), a batch of \(report.batchSize) of \(report.samples) \
      samples, \(report.precision), \(NumberFormat.decimals(1).string(seconds)) s
      """
  }
}
