/// Where the parts of a chart stand, in pixels of its own coordinate system.
struct ChartLayout {
  /// A line of text and its baseline.
  typealias Line = (text: String, x: Double, y: Double)

  /// A series' name beside the end of its line.
  typealias DirectLabel = (series: Int, end: ChartPath.Position, x: Double, y: Double)

  /// A series' name and sample in the legend; `y` is the middle of the entry.
  typealias LegendEntry = (series: Int, text: String, x: Double, y: Double)

  static let titleSize = 15.0
  static let textSize = 12.0
  static let sampleWidth = 26.0
  private static let titleHeight = 19.0
  private static let lineHeight = 16.0
  private static let legendHeight = 18.0
  /// Room between the axis's ends and the outermost points, so that markers stay inside.
  private static let inset = 8.0

  let width: Double
  private(set) var height = 0.0
  let x: ChartScale
  let y: ChartScale
  /// Whether there is nothing to draw.
  let isEmpty: Bool
  private(set) var titles: [Line] = []
  private(set) var subtitles: [Line] = []
  private(set) var yTitles: [Line] = []
  private(set) var xTitles: [Line] = []
  private(set) var legend: [LegendEntry] = []
  private(set) var directLabels: [DirectLabel] = []
  private(set) var left = 0.0
  private(set) var right = 0.0
  private(set) var top = 0.0
  private(set) var bottom = 0.0

  /// Lays a chart out; its plot begins at `minimumTop` or below.
  ///
  /// Charts that stand side by side share a minimum, so that their axes line up.
  init(_ chart: Chart, width: Double, minimumTop: Double = 0) {
    self.width = width
    let plotHeight = min(max(width * 0.42, 190), 340).rounded()
    let points = chart.series.flatMap(\.points).filter { point in
      guard let y = point.y else { return false }
      return ChartScale.isDrawable(point.x, on: chart.xAxis.scale)
        && ChartScale.isDrawable(y, on: chart.yAxis.scale)
    }
    x = ChartScale(
      axis: chart.xAxis, values: points.map(\.x), tickCount: Int(width / 90), extendsToTicks: false)
    y = ChartScale(
      axis: chart.yAxis, values: points.flatMap { [$0.y, $0.lower, $0.upper].compactMap(\.self) },
      tickCount: Int(plotHeight / 36), extendsToTicks: true)
    isEmpty = points.isEmpty
    let tickWidth = y.ticks.map { TextMetrics.width($0.label, size: Self.textSize) }.max() ?? 0
    left = (tickWidth + 10).rounded(.up)
    let lastTick = x.ticks.last.map { TextMetrics.width($0.label, size: Self.textSize) } ?? 0
    right = width - max(10, lastTick / 2 - Self.inset)
    let names = Self.directNames(chart, plotHeight: plotHeight, width: width, x: x, y: y)
    let widest = names.map { TextMetrics.width($0, size: Self.textSize, bold: true) }.max()
    if let widest { right = width - widest - 16 }

    placeHeader(chart, hasLegend: names.isEmpty && chart.series.count > 1, minimumTop: minimumTop)
    bottom = top + plotHeight
    height = bottom + 22
    (xTitles, height) = Self.lines(
      chart.xAxis.title, x: (left + right) / 2, below: height, width: right - left)
    height += 6
    if !names.isEmpty { placeDirectLabels(chart) }
  }

  /// The position of a value, or nil where it can't be drawn.
  func position(x xValue: Double, y yValue: Double) -> ChartPath.Position? {
    guard let xFraction = x.fraction(xValue), let yFraction = y.fraction(yValue) else { return nil }
    let (start, end) = (left + Self.inset, right - Self.inset)
    return ChartPath.Position(
      x: start + xFraction * (end - start), y: bottom - yFraction * (bottom - top))
  }

  /// The ticks of the x axis with their places; a label that would touch its neighbour is empty.
  var xTicks: [(label: String, x: Double)] {
    var taken = -Double.infinity
    return x.ticks.sorted { $0.value < $1.value }.compactMap { tick in
      guard let place = position(x: tick.value, y: y.domain.lowerBound)?.x else { return nil }
      let half = TextMetrics.width(tick.label, size: Self.textSize) / 2
      guard place - half > taken + 5 else { return ("", place) }
      taken = place + half
      return (tick.label, place)
    }
  }

  /// The ticks of the y axis with their places; a label that would touch its neighbour is empty.
  var yTicks: [(label: String, y: Double)] {
    var taken = Double.infinity
    return y.ticks.sorted { $0.value < $1.value }.compactMap { tick in
      guard let place = position(x: x.domain.lowerBound, y: tick.value)?.y else { return nil }
      guard place < taken - Self.textSize else { return ("", place) }
      taken = place
      return (tick.label, place)
    }
  }

  /// Sets titles and legend above the plot, which begins where they end.
  private mutating func placeHeader(_ chart: Chart, hasLegend: Bool, minimumTop: Double) {
    var cursor = 0.0
    (titles, subtitles, cursor) = Self.header(chart.title, chart.subtitle ?? "", width: width)
    if hasLegend { cursor = placeLegend(chart, below: cursor + 6) }
    var titleHeight = 0.0
    (yTitles, titleHeight) = Self.lines(chart.yAxis.heading, x: 0, below: 0, width: width)
    top = max(cursor + 8 + titleHeight + 10, minimumTop)
    yTitles = yTitles.map { (text: $0.text, x: $0.x, y: $0.y + top - 10 - titleHeight) }
  }

  /// A title and what stands below it, and where that ends.
  static func header(
    _ title: String, _ subtitle: String, width: Double
  ) -> (titles: [Line], subtitles: [Line], bottom: Double) {
    var cursor = 0.0
    let titles = TextMetrics.wrapped(title, width: width, size: titleSize, bold: true).map { text in
      defer { cursor += titleHeight }
      return (text: text, x: 0.0, y: cursor + 14)
    }
    let (subtitles, bottom) = lines(subtitle, x: 0, below: cursor, width: width)
    return (titles, subtitles, bottom)
  }

  /// Sets the legend in columns of equal width, as many as fit and as few rows as they need.
  private mutating func placeLegend(_ chart: Chart, below top: Double) -> Double {
    let gap = 18.0
    let room = width - Self.sampleWidth - 6
    let texts = chart.series.map { series in
      let isEmpty = ChartPath(series, in: self).segments.isEmpty
      let name = isEmpty ? "\(series.name) (unavailable)" : series.name
      return TextMetrics.wrapped(name, width: room, size: Self.textSize).first ?? ""
    }
    let widest = texts.map { TextMetrics.width($0, size: Self.textSize) }.max() ?? 0
    let columnWidth = Self.sampleWidth + 6 + widest + gap
    let most = max(1, Int((width + gap) / columnWidth))
    let rows = (texts.count + most - 1) / most
    let columns = (texts.count + rows - 1) / rows
    for (index, text) in texts.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let y = top + (Double(row) + 0.5) * Self.legendHeight
      legend.append((series: index, text: text, x: Double(column) * columnWidth, y: y))
    }
    return top + Double(rows) * Self.legendHeight
  }

  /// A text in lines below one another, and where they end.
  static func lines(
    _ text: String, x: Double, below top: Double, width: Double
  ) -> ([Line], Double) {
    var cursor = top
    let lines = TextMetrics.wrapped(text, width: width, size: textSize).map { text in
      defer { cursor += lineHeight }
      return (text: text, x: x, y: cursor + 11)
    }
    return (lines, cursor)
  }

  /// The names to write at the lines' ends, or none where a legend serves better: a single series,
  /// names too long or too many, a series without points, or lines that end at different places.
  private static func directNames(
    _ chart: Chart, plotHeight: Double, width: Double, x: ChartScale, y: ChartScale
  ) -> [String] {
    let names = chart.series.map(\.name)
    let longest = names.map { TextMetrics.width($0, size: textSize, bold: true) }.max() ?? 0
    let ends = chart.series.map { series in
      series.points.last { point in
        x.fraction(point.x) != nil && point.y.flatMap { y.fraction($0) } != nil
      }.flatMap { x.fraction($0.x) } ?? 0
    }
    let endTogether = ends.allSatisfy { $0 > 0.98 }
    let fit = Double(names.count) * lineHeight <= plotHeight && longest <= width * 0.28
    return names.count > 1 && endTogether && fit ? names : []
  }

  /// Puts the names as close to their lines' ends as they can stand without touching.
  private mutating func placeDirectLabels(_ chart: Chart) {
    let ends = chart.series.indices.compactMap { index -> (Int, ChartPath.Position)? in
      let path = ChartPath(chart.series[index], in: self)
      return path.segments.last?.last.map { (index, $0) }
    }.sorted { $0.1.y < $1.1.y }
    var places = ends.map(\.1.y)
    for index in places.indices.dropFirst() {
      places[index] = max(places[index], places[index - 1] + Self.lineHeight)
    }
    var limit = bottom
    for index in places.indices.reversed() {
      places[index] = min(places[index], limit)
      limit = places[index] - Self.lineHeight
    }
    directLabels = zip(ends, places).map { (series: $0.0, end: $0.1, x: right + 10, y: $1) }
  }
}
