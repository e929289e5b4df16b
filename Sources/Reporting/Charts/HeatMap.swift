/// A table of figures by two settings, drawn as SVG: the larger a number, the deeper its colour.
///
/// Each cell has its figure as text, so that nothing is told by colour alone. Like a chart, the picture
/// follows the reader's light or dark scheme and has no reference to anything outside.
package struct HeatMap: Sendable, Equatable {
  /// A cell's place, from the upper left corner.
  package struct Place: Sendable, Equatable {
    package var row: Int
    package var column: Int

    package init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  package var title: String
  /// Conditions, the unit and the number of trials.
  package var subtitle: String
  /// What the columns are settings of, and what the rows are.
  package var xAxis: String
  package var yAxis: String
  /// The columns' labels from left to right, and the rows' from top to bottom.
  package var columns: [String]
  package var rows: [String]
  /// The figures, row by row, as many in each as there are columns; those without a finite number have
  /// no colour.
  package var cells: [[TextTable.Cell]]
  /// The cell that has a frame, such as the best one.
  package var framed: Place?

  package init(
    _ title: String, subtitle: String, xAxis: String, yAxis: String, columns: [String],
    rows: [String], cells: [[TextTable.Cell]], framed: Place? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.columns = columns
    self.rows = rows
    self.cells = cells
    self.framed = framed
  }
}

extension HeatMap {
  private static let cellHeight = 38.0
  /// Half of the gap between cells.
  private static let margin = 1.5
  /// The colour's opacity for the smallest and for the largest number; text is legible on both.
  private static let opacities = (least: 0.06, most: 0.5)

  /// The map as an `svg` element for a page, `width` pixels wide.
  func svg(width: Double) -> String {
    let header = ChartLayout.header(title, subtitle, width: width)
    let (yTitles, top) = ChartLayout.lines(yAxis, x: 0, below: header.bottom + 8, width: width)
    let left = (labelWidth(rows) + 10).rounded(.up)
    let size = (width: (width - left) / Double(max(columns.count, 1)), height: Self.cellHeight)
    let plot = (top: top + 6, bottom: top + 6 + size.height * Double(rows.count))
    let (xTitles, bottom) = ChartLayout.lines(
      xAxis, x: (left + width) / 2, below: plot.bottom + 22, width: width - left)

    var parts = header.titles.map { Chart.text($0, style: "title") }
    parts += (header.subtitles + yTitles).map { Chart.text($0) }
    for (row, label) in rows.enumerated() {
      let y = plot.top + (Double(row) + 0.5) * size.height + 4
      parts.append(Chart.text((label, left - 7, y), anchor: "end"))
    }
    // Labels that would touch are left out, every second one first.
    let stride = max(1, Int(((labelWidth(columns) + 5) / size.width).rounded(.up)))
    for (column, label) in columns.enumerated() where column.isMultiple(of: stride) {
      let x = left + (Double(column) + 0.5) * size.width
      parts.append(Chart.text((label, x, plot.bottom + 18), anchor: "middle"))
    }
    parts += xTitles.map { Chart.text($0, anchor: "middle") }
    let numbers = cells.joined().compactMap(Self.number)
    for (row, cells) in cells.enumerated() {
      for (column, cell) in cells.enumerated() {
        let corner = ChartPath.Position(
          x: left + Double(column) * size.width, y: plot.top + Double(row) * size.height)
        let name = "\(xAxis) \(columns[column]), \(yAxis) \(rows[row])"
        parts.append(
          Self.drawing(
            cell, name, at: corner, size, opacity: Self.opacity(of: cell, among: numbers),
            isFramed: framed == Place(row: row, column: column)))
      }
    }
    let label = Markup.escaped("\(title) by \(xAxis) and \(yAxis).")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="chart" \
      viewBox="0 0 \(Chart.number(width)) \(Chart.number(bottom + 6))" role="img" \
      aria-label="\(label)">
      \(parts.joined(separator: "\n"))
      </svg>
      """
  }

  private func labelWidth(_ labels: [String]) -> Double {
    labels.map { TextMetrics.width($0, size: ChartLayout.textSize) }.max() ?? 0
  }

  private static func number(_ cell: TextTable.Cell) -> Double? {
    guard case .number(let number?, _) = cell, number.isFinite else { return nil }
    return number
  }

  /// The opacity of a cell's colour, in proportion to where its number stands; nil without a number.
  private static func opacity(of cell: TextTable.Cell, among numbers: [Double]) -> Double? {
    guard let number = number(cell), let least = numbers.min(), let most = numbers.max() else {
      return nil
    }
    let share = most > least ? (number - least) / (most - least) : 0.5
    return opacities.least + share * (opacities.most - opacities.least)
  }

  /// A cell with its figure, where that fits, and with its name and figure as a tooltip.
  private static func drawing(
    _ cell: TextTable.Cell, _ name: String, at corner: ChartPath.Position,
    _ size: (width: Double, height: Double), opacity: Double?, isFramed: Bool
  ) -> String {
    let (width, height) = (size.width - 2 * margin, size.height - 2 * margin)
    let shape =
      "M\(Chart.number(corner.x + margin)) \(Chart.number(corner.y + margin))"
      + "h\(Chart.number(width))v\(Chart.number(height))h\(Chart.number(-width))z"
    let fill =
      opacity.map { "class=\"cell s0\" fill-opacity=\"\(Chart.number($0))\"" }
      ?? "class=\"empty\""
    let text = cell.text
    let fits = TextMetrics.width(text, size: ChartLayout.textSize) < width
    let middle = (text, corner.x + size.width / 2, corner.y + size.height / 2 + 4)
    return "<g><title>\(Markup.escaped("\(name): \(text)"))</title><path \(fill) d=\"\(shape)\"/>"
      + (isFramed ? "<path class=\"frame\" d=\"\(shape)\"/>" : "")
      + (fits ? Chart.text(middle, style: "", anchor: "middle") : "") + "</g>"
  }
}
