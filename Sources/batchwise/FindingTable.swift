import Reporting
import Verification

/// Findings as a table that fits a terminal of 80 columns, with what explains them below it.
struct FindingTable {
  private let findings: [Finding]

  init(_ findings: [Finding]) { self.findings = findings }

  /// Widths of the columns, which with two spaces between them make 80.
  private static let widths = [16, 25, 23, 10]

  /// The table's lines, each with its line break.
  func text() -> String {
    let titles = ["law", "promise", "measured", "verdict"]
    let rows = findings.flatMap { finding in
      let cells = [finding.law, finding.promise, finding.measured, finding.verdict.rawValue]
      let lines = zip(cells, Self.widths).map { Self.wrapped($0, width: $1) }
      let height = lines.map(\.count).max() ?? 0
      return (0...height).map { row in
        lines.map { TextTable.Cell.text(row < $0.count ? $0[row] : "") }
      }
    }
    let table = TextTable(
      columns: titles.map { .init($0, alignment: .left) }, rows: rows.dropLast())
    var explained: [(String, String)] = []
    for finding in findings {
      let law = String(finding.law.prefix { $0 != "," })
      if explained.contains(where: { $0 == (law, finding.explanation) }) { continue }
      explained.append((law, finding.explanation))
    }
    let lines = ["", "Read on:"] + Command.columns(explained)
    return table.terminalText() + lines.joined(separator: "\n") + "\n"
  }

  /// A text in lines; a word that is too long for one is cut.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for var word in text.split(separator: " ").map(String.init) {
      if !line.isEmpty, line.count + 1 + word.count <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word.removeFirst(width)
      }
      line = word
    }
    return lines + (line.isEmpty ? [] : [line])
  }
}
