/// A table of text and numbers that renders for the terminal, for HTML and as CSV.
///
/// Cells keep the number, not its text: people read it in its format, and CSV gets every digit. A
/// value that is absent shows as "–" (an empty field in CSV), never as zero.
package struct TextTable: Sendable, Equatable {
  /// How the cells of a column line up: at an edge or, for numbers whose digits after the point
  /// differ, at the decimal point.
  package enum Alignment: Sendable { case left, right, decimal }

  package struct Column: Sendable, Equatable {
    package var title: String
    /// The unit of the numbers, such as `s` or `%`, shown with the heading.
    package var unit: String?
    package var alignment: Alignment

    package init(_ title: String, unit: String? = nil, alignment: Alignment = .decimal) {
      self.title = title
      self.unit = unit
      self.alignment = alignment
    }

    /// A column of text, at the left edge.
    package static func left(_ title: String) -> Self { Self(title, alignment: .left) }

    /// A column of numbers, at the right edge.
    package static func right(_ title: String, unit: String? = nil) -> Self {
      Self(title, unit: unit, alignment: .right)
    }
  }

  package enum Cell: Sendable, Equatable {
    case text(String)
    /// A number and how it is written; `nil` is a value that is absent.
    case number(Double?, NumberFormat)
    /// A value that was not measured or does not exist.
    case unavailable

    /// A whole number.
    package static func count(_ value: Int) -> Self { .number(Double(value), .decimals(0)) }

    /// The cell as people read it.
    package var text: String {
      switch self {
      case .text(let text): text
      case .number(let value?, let format): format.string(value)
      case .number(nil, _), .unavailable: NumberFormat.unavailable
      }
    }
  }

  /// A line above the table that says what it shows.
  package var caption: String?
  package var columns: [Column]
  /// The rows; one that is too short ends in unavailable cells.
  package var rows: [[Cell]]

  package init(caption: String? = nil, columns: [Column], rows: [[Cell]] = []) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }

  /// A table of text alone.
  package init(_ titles: [String], rows: [[String]]) {
    self.init(columns: titles.map { .left($0) }, rows: rows.map { $0.map { .text($0) } })
  }

  /// The columns, with untitled ones for cells that no column was declared for.
  var allColumns: [Column] {
    let widest = rows.map(\.count).max() ?? 0
    return columns + (columns.count..<max(columns.count, widest)).map { _ in Column("") }
  }

  /// The rows, each filled up to the number of columns.
  var allRows: [[Cell]] {
    let count = allColumns.count
    return rows.map { $0 + Array(repeating: .unavailable, count: count - $0.count) }
  }

  /// The texts of all cells, each as `shown` has it.
  ///
  /// Where a column lines up at the decimal point, shorter fractions are filled up with what is as
  /// wide as a point and as digits. A power of ten belongs to the digits before it: both move
  /// together.
  func texts(
    point: String, digit: String, shown: (String) -> String = { $0 }
  ) -> [[String]] {
    var texts = allRows.map { $0.map { shown($0.text) } }
    for (index, column) in allColumns.enumerated() where column.alignment == .decimal {
      let fractions = texts.map { String($0[index].drop { $0 != "." }) }
      let widest = fractions.map(TerminalText.width).max() ?? 0
      for (row, fraction) in fractions.enumerated() {
        let missing = widest - TerminalText.width(fraction)
        guard missing > 0 else { continue }
        let first = fraction.isEmpty ? point : digit
        texts[row][index] += first + String(repeating: digit, count: missing - 1)
      }
    }
    return texts
  }
}
