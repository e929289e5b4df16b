extension TextTable {
  /// The table as comma-separated values (RFC 4180).
  ///
  /// Numbers carry all their digits, without grouping. An unavailable value is an empty field; a
  /// number that is not finite is `NaN`, `Infinity` or `-Infinity`.
  ///
  /// - Returns: a line of headings, each with its unit in parentheses, and one line a row; lines
  ///   end in CR LF.
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
        ? shortest(number) : number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    case .number(nil, _), .unavailable: ""
    }
  }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  private static func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func quoted(_ field: String) -> String {
    // Scalars, not characters: CR LF is one character, which is neither CR nor LF.
    let needsQuotes = field.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}
