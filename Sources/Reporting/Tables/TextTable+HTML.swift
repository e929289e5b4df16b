extension TextTable {
  /// The table as an HTML `table` element.
  ///
  /// CSS can't align at the decimal point, so shorter numbers are filled up with figure spaces
  /// (U+2007) and a punctuation space (U+2008) for the point: as wide as what they stand for where
  /// numerals are tabular.
  ///
  /// - Returns: the element, every text escaped.
  package func html() -> String {
    let columns = allColumns
    let rows = allRows
    var body = rows.map { $0.map(\.text) }
    for (index, column) in columns.enumerated() where column.alignment == .decimal {
      Self.fillFractions(in: &body, column: index)
    }
    var lines = ["<table>"]
    if let caption { lines.append("<caption>\(Markup.escaped(caption))</caption>") }
    let headings = columns.map { column in
      let unit = column.unit.map { " <span class=\"unit\">\(Markup.escaped($0))</span>" } ?? ""
      return
        "<th scope=\"col\"\(Self.attribute(column))>\(Markup.escaped(column.title))\(unit)</th>"
    }
    lines.append("<thead><tr>\(headings.joined())</tr></thead>")
    lines.append("<tbody>")
    for row in body {
      let cells = zip(columns, row).map { "<td\(Self.attribute($0))>\(Markup.escaped($1))</td>" }
      lines.append("<tr>\(cells.joined())</tr>")
    }
    lines += ["</tbody>", "</table>"]
    return lines.joined(separator: "\n")
  }

  private static func attribute(_ column: Column) -> String {
    column.alignment == .left ? "" : " class=\"number\""
  }

  private static func fillFractions(in rows: inout [[String]], column: Int) {
    let parts = rows.map { DecimalParts($0[column]) }
    let longest = parts.map(\.fraction.count).max() ?? 0
    for (row, part) in parts.enumerated() where part.fraction.count < longest {
      let point = part.fraction.isEmpty ? "\u{2008}" : ""
      let digits = longest - part.fraction.count - point.count
      rows[row][column] += point + String(repeating: "\u{2007}", count: digits)
    }
  }
}
