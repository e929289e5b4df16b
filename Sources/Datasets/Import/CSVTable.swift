/// A table of numbers in text: a row for each image, with its label in one column and its pixels,
/// H × W or flattened otherwise, in the others.
///
/// Columns are separated by commas, or by semicolons or tabs where the first line has no comma.
struct CSVTable {
  /// The names of columns in the first line; nil where that has numbers.
  private let header: [String]?
  private let columnCount: Int
  private let element: NumericArray.Element
  /// The numbers, [rows, columns].
  private let values: [Float]
  private let source: String

  /// Names of the column of labels.
  private static let labelNames: Set = ["label", "labels", "class", "target", "y"]

  /// Reads a file's bytes; the source is for errors.
  init(_ bytes: [UInt8], source: String) throws(DatasetError) {
    var lines = bytes.split { $0 == 0x0a || $0 == 0x0d }
      .filter { line in line.contains { $0 != 0x20 && $0 != 0x09 } }[...]
    guard var first = lines.first else { throw DatasetError(source, .empty([0])) }
    if first.starts(with: [0xef, 0xbb, 0xbf]) { first = first.dropFirst(3) }
    lines[lines.startIndex] = first
    let separator = ([0x2c, 0x3b, 0x09] as [UInt8]).first { first.contains($0) } ?? 0x2c
    let names = first.split(separator: separator, omittingEmptySubsequences: false)
      .map(Self.text)
    header = names.contains { Float($0) == nil } ? names : nil
    if header != nil { lines = lines.dropFirst() }
    columnCount = names.count
    self.source = source
    var hasPoint = false
    var values: [Float] = []
    values.reserveCapacity(lines.count * names.count)
    for (row, line) in lines.enumerated() {
      let rowNumber = row + (header == nil ? 1 : 2)
      for field in line.split(separator: separator, omittingEmptySubsequences: false) {
        guard let value = Self.number(field) else {
          throw DatasetError(
            source,
            .unusable(
              reason: "row \(rowNumber): '\(Self.text(field).prefix(40))' isn't a number; for "
                + "images in files of their own, use Fixtures/images-to-idx.py"))
        }
        values.append(value)
      }
      hasPoint = hasPoint || line.contains(0x2e)
      let found = values.count - row * names.count
      guard found == names.count else {
        throw DatasetError(
          source,
          .unusable(reason: "row \(rowNumber): \(names.count) columns expected, found \(found)"))
      }
    }
    self.values = values
    element = hasPoint ? .real : .integer
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    let text = String(decoding: field, as: UTF8.self).drop { $0 == " " || $0 == "\"" }
    return String(text.reversed().drop { $0 == " " || $0 == "\"" }.reversed())
  }

  /// A number; most are whole and of three digits at most.
  private static func number(_ field: ArraySlice<UInt8>) -> Float? {
    if (1...3).contains(field.count), field.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Float(field.reduce(0) { 10 * $0 + Int($1 - 0x30) })
    }
    return Float(text(field))
  }

  /// Whether a column of labels can be told: by its name, or because there are no names.
  private func column(_ name: String?) throws(DatasetError) -> Int? {
    switch name?.lowercased() {
    case "first": return 0
    case "last": return columnCount - 1
    case let name?:
      if let index = header?.firstIndex(where: { $0.lowercased() == name }) { return index }
      throw DatasetError(
        source, .unusable(reason: "no column is called '\(name)': name it, or say first or last"))
    case nil:
      guard let header else { return 0 }
      return header.firstIndex { Self.labelNames.contains($0.lowercased()) }
    }
  }

  /// The pixels, [N, columns less one], and the labels, [N]; nil where no column has labels.
  ///
  /// The column is `first`, `last`, or a name in the header; without one it is the one called label,
  /// class, target or y, and in a table without a header the first.
  func split(labelColumn: String?) throws(DatasetError) -> (
    images: NumericArray, labels: NumericArray
  )? {
    guard let column = try column(labelColumn) else { return nil }
    let rows = values.count / columnCount
    guard rows > 0, columnCount > 1 else {
      throw DatasetError(source, .empty([rows, columnCount]))
    }
    var pixels: [Float] = []
    pixels.reserveCapacity(values.count - rows)
    for row in 0..<rows {
      let start = row * columnCount
      pixels += values[start..<start + column]
      pixels += values[start + column + 1..<start + columnCount]
    }
    let labels = (0..<rows).map { values[$0 * columnCount + column] }
    let name = header?[column] ?? "column \(column + 1)"
    return (
      NumericArray(
        source: source, extents: [rows, columnCount - 1], element: element, values: pixels),
      NumericArray(
        source: "\(source), \(name)", extents: [rows], element: .integer, values: labels)
    )
  }
}
