extension Chart {
  /// More points than this are a curve: only a few of them get a marker, and none a tooltip.
  private static let mostMarkers = 24
  private static let markersOnCurve = 5

  /// The chart as an `svg` element, at least 200 pixels wide; a standalone one has its style sheet.
  package func svg(width: Double = 480, isStandalone: Bool = true) -> String {
    let layout = ChartLayout(self, width: max(200, width.isFinite ? width : 480))
    return svg(layout, isStandalone: isStandalone)
  }

  /// The chart as an `svg` element, laid out as given.
  func svg(_ layout: ChartLayout, isStandalone: Bool) -> String {
    let size = "\(Self.number(layout.width)) \(Self.number(layout.height))"
    let label = Markup.escaped("\(title). \(yAxis.title) against \(xAxis.title).")
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 \(size)" role="img" \
      aria-label="\(label)">
      """
    ]
    if isStandalone {
      parts.append("<title>\(Markup.escaped(title))</title>")
      parts.append("<style>\n\(ChartPalette.variables)\n\(Self.styleSheet)\n</style>")
      parts.append("<rect width=\"100%\" height=\"100%\" fill=\"var(--paper)\"/>")
    }
    parts += layout.titles.map { Self.text($0, style: "title") }
    parts += layout.subtitles.map { Self.text($0) }
    parts += axes(layout)
    parts += layout.legend.map(legendEntry)
    for style in [Series.IntervalStyle.band, .bars] {
      parts += series.filter { $0.intervalStyle == style }.map { intervals(of: $0, layout) }
    }
    parts += series.map { line(of: $0, layout) }
    parts += series.indices.map { markers(of: $0, layout) }
    parts += layout.directLabels.map(directLabel)
    parts.append("</svg>")
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Grid lines, axes, tick labels and titles.
  private func axes(_ layout: ChartLayout) -> [String] {
    let (left, right) = (Self.number(layout.left), Self.number(layout.right))
    var parts: [String] = []
    // Where nothing is drawn, a range of values would be an invention.
    for tick in layout.yTicks where !layout.isEmpty {
      parts.append("<path class=\"grid\" d=\"M\(left) \(Self.number(tick.y))H\(right)\"/>")
      parts.append(Self.text((tick.label, layout.left - 7, tick.y + 4), anchor: "end"))
    }
    if layout.isEmpty {
      let (x, y) = ((layout.left + layout.right) / 2, (layout.top + layout.bottom) / 2)
      parts.append(Self.text(("unavailable", x, y), anchor: "middle"))
    }
    let bottom = Self.number(layout.bottom)
    parts.append("<path class=\"axis\" d=\"M\(left) \(bottom)H\(right)\"/>")
    for tick in layout.xTicks where !layout.isEmpty || xAxis.ticks != nil {
      parts.append("<path class=\"axis\" d=\"M\(Self.number(tick.x)) \(bottom)v5\"/>")
      parts.append(Self.text((tick.label, tick.x, layout.bottom + 18), anchor: "middle"))
    }
    parts += layout.xTitles.map { Self.text($0, anchor: "middle") }
    parts += layout.yTitles.map { Self.text($0) }
    return parts
  }

  /// A series' line, broken at gaps.
  private func line(of series: Series, _ layout: ChartLayout) -> String {
    let path = ChartPath(series, in: layout).segments.filter { $0.count > 1 }
      .map { Self.polyline(ChartPath.thinned($0)) }.joined()
    guard !path.isEmpty else { return "" }
    let dash = series.stroke == .dashed ? " dashed" : ""
    return "<path class=\"line\(dash) \(Self.style(series))\" d=\"\(path)\"/>"
  }

  /// A series' intervals, as bars or as a band.
  private func intervals(of series: Series, _ layout: ChartLayout) -> String {
    let ends = series.points.map { interval(of: $0, layout) }
    let isBand = series.intervalStyle == .band
    let shapes =
      isBand
      ? ends.split(whereSeparator: { $0 == nil }).map { run in
        let (low, high) = (run.compactMap { $0?.low }, run.compactMap { $0?.high })
        return Self.polyline(ChartPath.thinned(high) + ChartPath.thinned(low).reversed()) + "Z"
      }
      : ends.compactMap(\.self).map { low, high in
        let (x, top, foot) = (Self.number(low.x - 3), Self.number(high.y), Self.number(low.y))
        return "M\(x) \(top)h6m-3 0V\(foot)m-3 0h6"
      }
    guard !shapes.isEmpty else { return "" }
    let kind = isBand ? "band" : "interval"
    return "<path class=\"\(kind) \(Self.style(series))\" d=\"\(shapes.joined())\"/>"
  }

  /// The ends of a point's interval, or nil where it has none that can be drawn.
  private func interval(
    of point: Point, _ layout: ChartLayout
  ) -> (low: ChartPath.Position, high: ChartPath.Position)? {
    guard let y = point.y, let lower = point.lower, let upper = point.upper, lower <= upper,
      layout.position(x: point.x, y: y) != nil, let high = layout.position(x: point.x, y: upper)
    else { return nil }
    if let low = layout.position(x: point.x, y: lower) { return (low, high) }
    // Zero has no place on a logarithmic axis: the interval goes on to the axis's foot.
    guard yAxis.scale != .linear, lower.isFinite else { return nil }
    return (ChartPath.Position(x: high.x, y: layout.bottom), high)
  }

  /// A series' markers, each with its values as a tooltip unless the series is a curve.
  private func markers(of index: Int, _ layout: ChartLayout) -> String {
    let series = series[index]
    let drawn = series.points.compactMap { point -> (Point, ChartPath.Position)? in
      point.y.flatMap { layout.position(x: point.x, y: $0) }.map { (point, $0) }
    }
    let isCurve = drawn.count > Self.mostMarkers
    // Each series starts at another place, so that the markers of close curves don't coincide.
    let phase = (Double(index) + 0.5) / Double(self.series.count)
    let chosen = (0..<(isCurve ? Self.markersOnCurve : drawn.count)).map { step in
      guard isCurve else { return drawn[step] }
      let share = (Double(step) + phase) / Double(Self.markersOnCurve)
      return drawn[Int(share * Double(drawn.count - 1))]
    }
    let shapes = chosen.map { point, place in
      let shape = Self.marker(series, at: place)
      guard !isCurve else { return "<path d=\"\(shape)\"/>" }
      return "<path d=\"\(shape)\"><title>\(tooltip(series, point))</title></path>"
    }
    guard !shapes.isEmpty else { return "" }
    return "<g class=\"\(Self.fill(series)) \(Self.style(series))\">\(shapes.joined())</g>"
  }

  private func tooltip(_ series: Series, _ point: Point) -> String {
    let format = NumberFormat.significant(4)
    let x = ChartScale.labelled([point.x], sharesDigits: false)[0].label
    var text = "\(series.name): \(point.y.map(format.string) ?? "") at \(x)"
    if let lower = point.lower, let upper = point.upper {
      text += " (\(format.string(lower)) to \(format.string(upper)))"
    }
    return Markup.escaped(text)
  }

  private func legendEntry(_ entry: ChartLayout.LegendEntry) -> String {
    let series = series[entry.series]
    let (start, y) = (Self.number(entry.x), Self.number(entry.y))
    let middle = ChartPath.Position(x: entry.x + ChartLayout.sampleWidth / 2, y: entry.y)
    let dash = series.stroke == .dashed ? " dashed" : ""
    let text = (text: entry.text, x: entry.x + ChartLayout.sampleWidth + 6, y: entry.y + 4)
    return """
      <g class="\(Self.style(series))"><path class="line\(dash)" \
      d="M\(start) \(y)h\(Self.number(ChartLayout.sampleWidth))"/>\
      <path class="\(Self.fill(series))" d="\(Self.marker(series, at: middle))"/>\
      \(Self.text(text, style: ""))</g>
      """
  }

  private func directLabel(_ label: ChartLayout.DirectLabel) -> String {
    let series = series[label.series]
    let place = (series.name, label.x, label.y + 4)
    var leader = ""
    if abs(label.y - label.end.y) > 3 {
      let path = Self.polyline([
        .init(x: label.end.x + 6, y: label.end.y), .init(x: label.x - 3, y: label.y),
      ])
      leader = "<path class=\"leader\" d=\"\(path)\"/>"
    }
    return "<g class=\"\(Self.style(series))\">\(leader)\(Self.text(place, style: "label"))</g>"
  }

  /// A coordinate with a hundredth of a pixel, which is finer than anyone sees.
  static func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded() / 100
    return NumberFormat.everyDigit(hundredths == 0 ? 0 : hundredths)
  }

  /// A line of text, escaped.
  static func text(
    _ line: ChartLayout.Line, style: String = "muted", anchor: String? = nil
  ) -> String {
    guard !line.text.isEmpty else { return "" }
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    let anchor = anchor.map { " text-anchor=\"\($0)\"" } ?? ""
    let place = "x=\"\(number(line.x))\" y=\"\(number(line.y))\""
    return "<text\(style) \(place)\(anchor)>\(Markup.escaped(line.text))</text>"
  }

  /// Path data of straight lines between positions.
  static func polyline(_ positions: [ChartPath.Position]) -> String {
    let places = positions.map { "\(number($0.x)) \(number($0.y))" }
    guard let first = places.first else { return "" }
    return "M\(first)" + (places.count > 1 ? "L\(places.dropFirst().joined(separator: " "))" : "")
  }

  /// The class that gives a series its colour.
  static func style(_ series: Series) -> String { "s\(paletteIndex(series))" }

  /// The class that fills a marker: with the colour, or with the background.
  static func fill(_ series: Series) -> String { series.stroke == .dashed ? "hollow" : "filled" }

  /// The outline of a series' marker.
  static func marker(_ series: Series, at place: ChartPath.Position) -> String {
    let shapes = [
      "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.6 -3.6h7.2v7.2h-7.2z", "m0 -4.8l4.7 8.4h-9.4z",
      "m0 -5l5 5l-5 5l-5 -5z", "m0 4.8l4.7 -8.4h-9.4z", "m-1.5 -4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",
    ]
    return "M\(number(place.x)) \(number(place.y))" + shapes[paletteIndex(series) % shapes.count]
  }

  /// The place of a series' colour and marker among those that there are.
  private static func paletteIndex(_ series: Series) -> Int {
    let (count, remainder) = (ChartPalette.count, series.color % ChartPalette.count)
    return remainder < 0 ? remainder + count : remainder
  }
}
