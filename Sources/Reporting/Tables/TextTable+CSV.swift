extension TextTable {
  /// The table as comma-separated values (RFC 4180).
  ///
  /// Numbers carry all their digits, without grouping. An unavailable value is an empty field; a
  /// number that is not finite is `NaN`, `Infinity` or `-Infinity`. Lines end in CR LF; the first
  /// has the headings, each with its unit in parentheses.
  package func csv() -> String {
    let headings = allColumns.map { column in
      column.unit.map { "\(column.title) (\($0))" } ?? column.title
    }
    let lines = [headings] + allRows.map { $0.map(Self.value) }
    return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func value(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text
    case .number(let number?, _):
      number.isFinite
        ? NumberFormat.everyDigit(number)
        : number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    case .number(nil, _), .unavailable: ""
    }
  }

  private static func quoted(_ field: String) -> String {
    // Scalars, not characters: CR LF is one character, which is neither CR nor LF.
    let needsQuotes = field.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}
