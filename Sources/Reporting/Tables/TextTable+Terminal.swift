import Files

extension TextTable {
  /// The table as lines of text for a terminal: the caption, the headings with their units, a rule
  /// and the rows; every line ends in a line break.
  ///
  /// Widths count terminal columns, so accented, wide and combining characters line up. Control
  /// characters in a cell are replaced.
  package func terminalText() -> String {
    let columns = allColumns
    var headings = [columns.map { Printable.line($0.title) }]
    if columns.contains(where: { $0.unit != nil }) {
      headings.append(columns.map { Printable.line($0.unit ?? "") })
    }
    let body = texts(point: " ", digit: " ", shown: Printable.line)
    let widths = columns.indices.map { index in
      (headings + body).map { TerminalText.width($0[index]) }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    func line(_ cells: [String]) -> String {
      var line = ""
      for (index, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[index] - TerminalText.width(cell))
        if index > 0 { line += "  " }
        line += columns[index].alignment == .left ? cell + padding : padding + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }
    var lines = headings.map(line) + [rule] + body.map(line)
    if let caption { lines.insert(Printable.line(caption), at: 0) }
    return lines.joined(separator: "\n") + "\n"
  }
}
