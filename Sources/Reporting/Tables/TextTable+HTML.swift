extension TextTable {
  /// The table as an HTML `table` element.
  ///
  /// CSS can't align at the decimal point, so shorter numbers are filled up with figure spaces
  /// (U+2007) and a punctuation space (U+2008) for the point: as wide as what they stand for where
  /// numerals are tabular. Every text is escaped.
  package func html() -> String {
    let columns = allColumns
    var lines = ["<table>"]
    if let caption { lines.append("<caption>\(Markup.escaped(caption))</caption>") }
    let headings = columns.map { column in
      let unit = column.unit.map { " <span class=\"unit\">\(Markup.escaped($0))</span>" } ?? ""
      return
        "<th scope=\"col\"\(Self.attribute(column))>\(Markup.escaped(column.title))\(unit)</th>"
    }
    lines += ["<thead><tr>\(headings.joined())</tr></thead>", "<tbody>"]
    lines += texts(point: "\u{2008}", digit: "\u{2007}").map { row in
      let cells = zip(columns, row).map { "<td\(Self.attribute($0))>\(Markup.escaped($1))</td>" }
      return "<tr>\(cells.joined())</tr>"
    }
    return (lines + ["</tbody>", "</table>"]).joined(separator: "\n")
  }

  private static func attribute(_ column: Column) -> String {
    column.alignment == .left ? "" : " class=\"number\""
  }
}
