import CommandLineTools
import Files
import Foundation
import Reporting

/// A benchmark: a command that measures, prints tables, and writes files where it is told to.
struct Benchmark: Sendable {
  /// The command's name.
  let name: String
  /// What it measures, in one line.
  let summary: String
  /// How long it takes with its defaults.
  let duration: String
  /// The text of its help below the usage.
  let discussion: String
  /// What it takes, besides where to write and whether to verify.
  let options: [Command.Option]
  /// Reads the options, and says what is then to be done.
  let prepare: @Sendable (Arguments) throws -> (inout Report) throws -> Void

  private static let files = [
    Command.Option(
      "--json", "FILE", help: "write every sample, the machine and the versions there"),
    Command.Option("--html", "FILE", help: "write the tables there, with charts, as one page"),
  ]

  /// The command.
  var command: Command {
    Command(
      name: name, summary: summary, duration: duration, discussion: discussion,
      options: options + Self.files + [Scope.verify], run: run)
  }

  @Sendable private func run(_ arguments: Arguments) throws {
    let job = try prepare(arguments)
    let files = try Self.files.map { option in
      try arguments.path(option.name).map { try ResultFile(path: $0, option: option.name) }
    }
    if let json = files[0], let html = files[1], json.url == html.url {
      throw CommandError.misuse("--json and --html name the same file: name two")
    }
    let load = SystemLoad.lastMinute
    Interrupt.listen()
    var report = Report()
    do {
      try job(&report)
    } catch {
      // An interrupt also ends the peers, which would otherwise be the reason that is given.
      try Rounds.requireNoInterrupt()
      throw error
    }
    let results = Results(of: name, options: arguments.given, load: load, report: report)
    try Console.line(results.provenance)
    if arguments.has(Scope.verify.name) {
      try Console.line(try Verification.verify(results, report))
    }
    try files[0]?.write(encodedJSON(results))
    try files[1]?.write(Data(page(results, report).html().utf8))
  }

  /// The page with every table and chart.
  func page(_ results: Results, _ report: Report) -> HTMLReport {
    HTMLReport(
      title: "Benchmarks: \(name)",
      lead: "Measured after checking that both trainers compute the same bits. Every sample is in "
        + "the file that --json writes; what is modelled and not measured says so in its row.",
      sections: report.sections,
      facts: results.facts.map {
        .init($0.name.prefix(1).uppercased() + $0.name.dropFirst(), $0.value)
      })
  }
}

/// The checks of `--verify` on a benchmark's results, after those of the trainers' bits.
enum Verification {
  /// Checks that there are results, that they are figures, and that their file can be read back.
  static func verify(_ results: Results, _ report: Report) throws -> String {
    guard !report.tables.isEmpty, report.tables.allSatisfy({ !$0.rows.isEmpty }) else {
      throw CommandError.failure("a table is empty")
    }
    for table in report.tables {
      let lines = table.terminalText().split(separator: "\n")
      if let line = lines.first(where: { $0.count > 80 }) {
        throw CommandError.failure("a table is wider than 80 columns: \(line)")
      }
    }
    let sampled = results.sampled
    guard !sampled.isEmpty else { throw CommandError.failure("nothing was measured") }
    for row in sampled where !row.isSound {
      throw CommandError.failure("\(Series.name(row.labels)): a sample is no positive number")
    }
    for row in results.energies where row.perImage.joules == nil {
      throw CommandError.failure("\(Series.name(row.labels)): \(row.perImage)")
    }
    guard try Results(encodedJSON(results)) == results else {
      throw CommandError.failure("the results that were read back aren't those that were written")
    }
    return "verified: the trainers' bits, \(report.tables.count) tables, "
      + "\(sampled.reduce(0) { $0 + $1.samples.count }) samples, and the results read back"
  }
}
