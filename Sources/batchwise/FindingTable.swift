import CommandLineTools
import Reporting
import Verification

/// Findings as a table that fits a terminal of 80 columns, with what explains them below it.
struct FindingTable {
  private let findings: [Finding]

  init(_ findings: [Finding]) { self.findings = findings }

  /// Widths of the columns, which with two spaces between them make 80.
  private static let widths = [16, 25, 23, 10]

  /// The table, and the explanations below it.
  func text() -> String { table + "\n" + readOn }

  /// The table's lines; of one law's findings, one for each split, only the first has the promise.
  var table: String {
    var rows: [[String]] = []
    var previous: Substring?
    for finding in findings {
      let words = finding.law.split(separator: ", ", maxSplits: 1)
      let isRepeated = words[0] == previous
      previous = words[0]
      var law = words.dropFirst(isRepeated ? 1 : 0).map(String.init)
      if !isRepeated, finding.about != .trainer { law.append("about " + finding.about.rawValue) }
      let cells = [
        law.flatMap { Self.wrapped($0, width: Self.widths[0]) },
        isRepeated ? [] : Self.wrapped(finding.promise, width: Self.widths[1]),
        Self.wrapped(finding.measured, width: Self.widths[2]),
        Self.wrapped(finding.verdict.rawValue, width: Self.widths[3]),
      ]
      if !rows.isEmpty { rows.append(cells.map { _ in "" }) }
      for line in 0..<(cells.map(\.count).max() ?? 0) {
        rows.append(cells.map { line < $0.count ? $0[line] : "" })
      }
    }
    return TextTable(["law", "promise", "measured", "verdict"], rows: rows).terminalText()
  }

  /// Each law once, with what explains it.
  var readOn: String {
    var rows: [(String, String)] = []
    for finding in findings {
      let law = String(finding.law.prefix { $0 != "," })
      if !rows.contains(where: { $0 == (law, finding.explanation) }) {
        rows.append((law, finding.explanation))
      }
    }
    return "Read on:\n" + Command.columns(rows).joined(separator: "\n") + "\n"
  }

  /// A text in lines; a word that is too long for one is cut.
  static func wrapped(_ text: String, width: Int) -> [String] {
    let parts = text.split(separator: " ").flatMap { word in
      stride(from: 0, to: word.count, by: width).map { String(word.dropFirst($0).prefix(width)) }
    }
    return Command.wrapped(parts.joined(separator: " "), width: width)
  }
}
