import Statistics

/// What a table says of each row in one column: its name, unit and format, and where it is from.
///
/// A list of columns describes rows once, for the terminal, the page, CSV and JSON: tables for
/// people choose some of them by name; CSV and JSON have all, under their names and with all digits.
package struct Column<Row> {
  /// The name in CSV and JSON: `accuracy_percent`.
  package let name: String
  /// The heading for people, with its unit and alignment.
  package let heading: TextTable.Column
  /// What people see of a number: so many times what CSV and JSON have.
  package var scale = 1.0
  /// The cell of a row, as CSV and JSON have it.
  package let cell: (Row) -> TextTable.Cell

  /// The cell of a row, as people see it.
  package func shownCell(_ row: Row) -> TextTable.Cell {
    let cell = cell(row)
    guard case .number(let value?, let format) = cell else { return cell }
    return .number(value * scale, format)
  }

  /// Text, at the left edge.
  package static func text(
    _ name: String, _ title: String, _ value: @escaping (Row) -> String?
  ) -> [Column] {
    [Column(name: name, heading: .left(title)) { value($0).map { .text($0) } ?? .unavailable }]
  }

  package static func count(
    _ name: String, _ title: String, _ value: @escaping (Row) -> Int?
  ) -> [Column] {
    [Column(name: name, heading: .right(title)) { value($0).map { .count($0) } ?? .unavailable }]
  }

  package static func number(
    _ name: String, _ title: String, _ unit: String?, _ format: NumberFormat,
    scale: Double = 1, _ value: @escaping (Row) -> Double?
  ) -> [Column] {
    let heading = TextTable.Column(title, unit: unit)
    return [Column(name: name, heading: heading, scale: scale) { .number(value($0), format) }]
  }

  /// A number without a unit.
  package static func number(
    _ name: String, _ title: String, _ format: NumberFormat, _ value: @escaping (Row) -> Double?
  ) -> [Column] {
    number(name, title, nil, format, value)
  }

  /// A mean over trials, and half the width of its 95 % interval under the name with `_95`.
  package static func mean(
    _ name: String, _ title: String, _ unit: String?, _ format: NumberFormat,
    _ value: @escaping (Row) -> TrialMean?
  ) -> [Column] {
    number(name, title, unit, format) { value($0)?.mean }
      + number(name + "_95", "±", nil, format) { row in
        value(row)?.interval().map { ($0.upper - $0.lower) / 2 }
      }
  }

  /// Columns one after the other.
  package static func list(_ groups: [Column]...) -> [Column] { groups.flatMap { $0 } }
}

extension TextTable {
  /// A table for people, of the columns that are named, in their order; nil for all.
  package init<Row>(
    _ rows: [Row], _ columns: [Reporting.Column<Row>], _ names: [String]? = nil,
    caption: String? = nil
  ) {
    let chosen = names?.compactMap { name in columns.first { $0.name == name } } ?? columns
    self.init(
      caption: caption, columns: chosen.map(\.heading),
      rows: rows.map { row in chosen.map { $0.shownCell(row) } })
  }

  /// A table for programs: columns under their names, numbers with every digit.
  package init<Row>(allOf rows: [Row], _ columns: [Reporting.Column<Row>]) {
    self.init(
      columns: columns.map { .init($0.name, alignment: $0.heading.alignment) },
      rows: rows.map { row in columns.map { $0.cell(row) } })
  }
}

extension TextTable: Encodable {
  /// Writes a list of rows, each an object with its columns' titles for names; what is unavailable
  /// is null.
  package func encode(to encoder: any Encoder) throws {
    let titles = allColumns.map(\.title)
    try allRows.map { Dictionary(zip(titles, $0)) { $1 } }.encode(to: encoder)
  }
}

extension TextTable.Cell: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number?, _): try container.encode(number)
    case .number(nil, _), .unavailable: try container.encodeNil()
    }
  }
}
