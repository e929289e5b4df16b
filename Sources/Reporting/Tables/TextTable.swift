/// A table of text and numbers that renders for the terminal, for HTML and as CSV.
///
/// Cells keep the number, not its text: people read it in its format, and CSV gets every digit. A
/// value that is absent shows as "–" (an empty field in CSV), never as zero.
package struct TextTable: Sendable, Equatable {
  /// How the cells of a column line up.
  package enum Alignment: Sendable, Equatable {
    /// At the left edge, for text.
    case left
    /// At the right edge.
    case right
    /// At the decimal point, for numbers whose digits after the point differ.
    case decimal
  }

  /// A column's heading, unit and alignment.
  package struct Column: Sendable, Equatable {
    /// The heading.
    package var title: String
    /// The unit of the numbers, shown with the heading.
    package var unit: String?
    /// How the cells line up.
    package var alignment: Alignment

    /// A column.
    ///
    /// - Parameters:
    ///   - title: the heading.
    ///   - unit: the unit of the numbers, such as `s` or `%`.
    ///   - alignment: how the cells line up.
    package init(_ title: String, unit: String? = nil, alignment: Alignment = .decimal) {
      self.title = title
      self.unit = unit
      self.alignment = alignment
    }
  }

  /// What one cell holds.
  package enum Cell: Sendable, Equatable {
    /// Text, as it is.
    case text(String)
    /// A number and how it is written; `nil` is a value that is absent.
    case number(Double?, NumberFormat)
    /// A value that was not measured or does not exist.
    case unavailable

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
  /// The columns, from left to right.
  package var columns: [Column]
  /// The rows, from top to bottom; a row that is too short ends in unavailable cells.
  package var rows: [[Cell]]

  /// A table.
  ///
  /// - Parameters:
  ///   - caption: what the table shows.
  ///   - columns: the columns, from left to right.
  ///   - rows: the rows, from top to bottom.
  package init(caption: String? = nil, columns: [Column], rows: [[Cell]] = []) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
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
}

/// A number's text cut at its decimal point, which the cells of a column line up at.
struct DecimalParts {
  /// What stands left of the point.
  let whole: String
  /// The point and what follows it; empty where there is no point.
  let fraction: String

  init(_ text: String) {
    // A power of ten belongs to the digits before it: both parts move together.
    let end = text.firstIndex(of: ".") ?? text.endIndex
    whole = String(text[..<end])
    fraction = String(text[end...])
  }
}
