import CommandLineTools
import Files
import Foundation

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
