import Testing

@testable import Reporting

@Suite struct ChartLayoutTests {
  /// The room that a text takes.
  private struct Box: CustomStringConvertible {
    let text: String
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    init(_ text: String, left: Double, baseline: Double, size: Double, bold: Bool = false) {
      self.text = text
      self.left = left
      right = left + TextMetrics.width(text, size: size, bold: bold)
      top = baseline - 0.75 * size
      bottom = baseline + 0.2 * size
    }

    var description: String { "\(text) at \(left)...\(right), \(top)...\(bottom)" }

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  private func boxes(_ layout: ChartLayout, of chart: Chart) -> [Box] {
    let size = ChartLayout.textSize
    var boxes = layout.titles.map {
      Box($0.text, left: $0.x, baseline: $0.y, size: ChartLayout.titleSize, bold: true)
    }
    boxes += (layout.subtitles + layout.yTitles).map {
      Box($0.text, left: $0.x, baseline: $0.y, size: size)
    }
    boxes += layout.xTitles.map { line in
      let half = TextMetrics.width(line.text, size: size) / 2
      return Box(line.text, left: line.x - half, baseline: line.y, size: size)
    }
    boxes += layout.legend.map { entry in
      Box(
        entry.text, left: entry.x + ChartLayout.sampleWidth + 6, baseline: entry.y + 4, size: size)
    }
    boxes += layout.directLabels.map { label in
      Box(
        chart.series[label.series].name, left: label.x, baseline: label.y + 4, size: size,
        bold: true)
    }
    boxes += layout.xTicks.filter { !$0.label.isEmpty }.map { tick in
      let half = TextMetrics.width(tick.label, size: size) / 2
      return Box(tick.label, left: tick.x - half, baseline: layout.bottom + 18, size: size)
    }
    boxes += layout.yTicks.filter { !$0.label.isEmpty }.map { tick in
      let width = TextMetrics.width(tick.label, size: size)
      return Box(tick.label, left: layout.left - 7 - width, baseline: tick.y + 4, size: size)
    }
    return boxes
  }

  @Test(arguments: ChartSamples.all, [360.0, 500, 1048])
  func textsDoNotTouchNorLeaveThePicture(chart: Chart, width: Double) {
    let layout = ChartLayout(chart, width: width)
    let boxes = boxes(layout, of: chart)
    // Places are written to hundredths.
    let hundredth = 0.01
    for (index, box) in boxes.enumerated() {
      #expect(box.left >= -hundredth && box.right <= width + hundredth, "\(box)")
      #expect(box.top >= 0 && box.bottom <= layout.height, "\(box)")
      for other in boxes[..<index] { #expect(!box.overlaps(other), "\(box); \(other)") }
    }
  }

  @Test(arguments: ChartSamples.all, [360.0, 500, 1048])
  func linesStayInsideThePlot(chart: Chart, width: Double) {
    let layout = ChartLayout(chart, width: width)
    #expect(layout.right - layout.left > width / 2)
    for position in chart.series.flatMap({ ChartPath($0, in: layout).segments.joined() }) {
      #expect(position.x >= layout.left && position.x <= layout.right)
      #expect(position.y >= layout.top - 0.01 && position.y <= layout.bottom + 0.01)
    }
  }

  @Test func namesStandBesideTheirLinesWhereTheyFit() {
    let layout = ChartLayout(ChartSamples.curves, width: 500)
    #expect(layout.legend.isEmpty)
    #expect(layout.directLabels.map(\.series).sorted() == [0, 1, 2, 3])
    // From top to bottom, the labels are in the order of the lines' ends.
    #expect(layout.directLabels.map(\.end.y) == layout.directLabels.map(\.end.y).sorted())
  }

  @Test func aLegendServesWhereNamesAreTooLong() {
    let layout = ChartLayout(ChartSamples.published, width: 500)
    #expect(layout.directLabels.isEmpty)
    #expect(layout.legend.map(\.series) == [0, 1, 2, 3])
    #expect(Set(layout.legend.map(\.x)).count == 2)
    #expect(Set(layout.legend.map(\.y)).count == 2)
  }

  @Test func oneSeriesNeedsNoName() {
    let layout = ChartLayout(ChartSamples.allEqual, width: 500)
    #expect(layout.legend.isEmpty && layout.directLabels.isEmpty)
  }

  @Test func aSeriesWithoutPointsSaysSo() {
    let layout = ChartLayout(ChartSamples.withoutPoints, width: 500)
    #expect(layout.legend.map(\.text) == ["a (unavailable)", "b (unavailable)"])
    #expect(layout.isEmpty)
  }

  @Test func plotsInARowStartAtTheSameHeight() {
    let own = ChartLayout(ChartSamples.allEqual, width: 500)
    let moved = ChartLayout(ChartSamples.allEqual, width: 500, minimumTop: own.top + 30)
    #expect(moved.top == own.top + 30)
    #expect(moved.height == own.height + 30)
    #expect(moved.yTitles.first?.y == own.yTitles.first.map { $0.y + 30 })
    #expect(moved.titles.first?.y == own.titles.first?.y)
  }
}
