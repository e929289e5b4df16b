import Files

extension TextTable {
  /// The table as lines of text for a terminal.
  ///
  /// Widths count terminal columns, so accented, wide and combining characters line up. Control
  /// characters in a cell are replaced.
  ///
  /// - Returns: the caption, the headings with their units, a rule and the rows; every line ends
  ///   in a line break.
  package func terminalText() -> String {
    let columns = allColumns
    var headings = [columns.map { Printable.line($0.title) }]
    if columns.contains(where: { $0.unit != nil }) {
      headings.append(columns.map { Printable.line($0.unit ?? "") })
    }
    var body = allRows.map { $0.map { Printable.line($0.text) } }
    for (index, column) in columns.enumerated() where column.alignment == .decimal {
      Self.alignDecimals(in: &body, column: index)
    }
    let widths = columns.indices.map { index in
      (headings + body).map { TerminalText.width($0[index]) }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    var lines = headings.map { Self.line($0, widths: widths, columns: columns) }
    lines.append(rule)
    lines += body.map { Self.line($0, widths: widths, columns: columns) }
    if let caption { lines.insert(Printable.line(caption), at: 0) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Pads the cells of a column after their digits until their decimal points stand together.
  private static func alignDecimals(in rows: inout [[String]], column: Int) {
    let parts = rows.map { DecimalParts($0[column]) }
    let widest = parts.map { TerminalText.width($0.fraction) }.max() ?? 0
    for (row, part) in parts.enumerated() {
      let padding = widest - TerminalText.width(part.fraction)
      rows[row][column] = part.whole + part.fraction + String(repeating: " ", count: padding)
    }
  }

  private static func line(_ cells: [String], widths: [Int], columns: [Column]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - TerminalText.width(cell))
      if index > 0 { line += "  " }
      line += columns[index].alignment == .left ? cell + padding : padding + cell
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
