import CommandLineTools
import Files
import Reporting

/// `benchmarks compare`: two runs, and whether the second is slower.
enum CompareCommand {
  private static let slowdown = Command.Option(
    "--slowdown", "P", help: "per cent of the old time that a row may be slower by (default 10)")

  static let command = Command(
    name: "compare",
    summary: "two files of results, row by row; status 1 where one is surely slower",
    duration: "at once",
    discussion: """
      Compares the times that both files have, with a 95 % interval of the quotient
      of their medians. A row counts as slower where the whole interval is beyond the
      slowdown that is allowed. The interval is of what varied within the runs; what
      differs from run to run, such as where memory lies, is what the allowance is
      for. Energies aren't compared: most are modelled. Files that can't be compared
      are misuse, status 2.
      """,
    operands: [
      .init("OLD", help: "a file that --json wrote"), .init("NEW", help: "the file of a later run"),
    ], options: [slowdown], run: run)

  private static func run(_ arguments: Arguments) throws {
    let share = (try arguments.number(slowdown.name, in: 0..<1_000_000) ?? 10) / 100
    let old = try Results(contentsOf: arguments.operands[0])
    let new = try Results(contentsOf: arguments.operands[1])
    let comparison = Comparison(old, new)
    guard !comparison.rows.isEmpty else {
      throw CommandError.misuse(
        "\(arguments.operands[0]) and \(arguments.operands[1]) have no times in common; energies aren't compared"
      )
    }
    try Console.line(comparison.table(slowdown: share).terminalText())
    for name in comparison.onlyOld { try Console.line("only in the old: \(Printable.line(name))") }
    for name in comparison.onlyNew { try Console.line("only in the new: \(Printable.line(name))") }
    if !comparison.differences.isEmpty {
      try Console.line(
        "warning: times may differ by what the two files don't have in common, or by what else the "
          + "machine did:")
      for line in comparison.differences { try Console.line("  \(Printable.line(line))") }
    }
    let slower = comparison.slowdowns(beyond: share)
    guard slower.isEmpty else {
      let percent = NumberFormat.shortest((share * 1e4).rounded() / 100)
      throw CommandError.failure(
        "\(slower.count) of \(comparison.rows.count) rows are slower by more than "
          + "\(percent) %, the first: \(slower[0].name)")
    }
  }
}
