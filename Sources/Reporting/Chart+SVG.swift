extension Chart {
  /// More points than this are a curve: only a few of them get a marker, and none a tooltip.
  private static let mostMarkers = 24
  private static let markersOnCurve = 5

  /// The chart as an `svg` element.
  ///
  /// - Parameters:
  ///   - width: the width of its coordinate system in pixels, at least 200; the height follows.
  ///   - isStandalone: whether it carries its style sheet, for a file of its own.
  /// - Returns: the element, every text escaped.
  public func svg(width: Double = 480, isStandalone: Bool = true) -> String {
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
    parts += layout.subtitles.map { Self.text($0, style: "muted") }
    parts += axes(layout)
    parts += layout.legend.map(legendEntry)
    for style in [Series.IntervalStyle.band, .bars] {
      for series in series where series.intervalStyle == style {
        parts.append(intervals(of: series, layout))
      }
    }
    parts += series.map { line(of: $0, layout) }
    parts += series.indices.map { markers(of: $0, layout) }
    parts += layout.directLabels.map(directLabel)
    parts.append("</svg>")
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func axes(_ layout: ChartLayout) -> [String] {
    let (left, right) = (Self.number(layout.left), Self.number(layout.right))
    var parts: [String] = []
    // Where nothing is drawn, a range of values would be an invention.
    for tick in layout.yTicks where !layout.isEmpty {
      parts.append("<path class=\"grid\" d=\"M\(left) \(Self.number(tick.y))H\(right)\"/>")
      let line = ChartLayout.Line(text: tick.label, x: layout.left - 7, y: tick.y + 4)
      parts.append(Self.text(line, style: "muted", anchor: "end"))
    }
    if layout.isEmpty {
      let (x, y) = ((layout.left + layout.right) / 2, (layout.top + layout.bottom) / 2)
      let line = ChartLayout.Line(text: "unavailable", x: x, y: y)
      parts.append(Self.text(line, style: "muted", anchor: "middle"))
    }
    let bottom = Self.number(layout.bottom)
    parts.append("<path class=\"axis\" d=\"M\(left) \(bottom)H\(right)\"/>")
    for tick in layout.xTicks where !layout.isEmpty || xAxis.ticks != nil {
      parts.append("<path class=\"axis\" d=\"M\(Self.number(tick.x)) \(bottom)v5\"/>")
      let line = ChartLayout.Line(text: tick.label, x: tick.x, y: layout.bottom + 18)
      parts.append(Self.text(line, style: "muted", anchor: "middle"))
    }
    parts += layout.xTitles.map { Self.text($0, style: "muted", anchor: "middle") }
    parts += layout.yTitles.map { Self.text($0, style: "muted") }
    return parts
  }

  private func line(of series: Series, _ layout: ChartLayout) -> String {
    let path = ChartPath(series, in: layout).segments.filter { $0.count > 1 }
      .map { Self.polyline(ChartPath.thinned($0)) }.joined()
    guard !path.isEmpty else { return "" }
    let dash = series.stroke == .dashed ? " dashed" : ""
    return "<path class=\"line\(dash) \(Self.style(series))\" d=\"\(path)\"/>"
  }

  private func intervals(of series: Series, _ layout: ChartLayout) -> String {
    let ends = series.points.map { interval(of: $0, layout) }
    switch series.intervalStyle {
    case .bars:
      let bars = ends.compactMap(\.self).map { low, high in
        let (x, top, foot) = (Self.number(low.x - 3), Self.number(high.y), Self.number(low.y))
        return "M\(x) \(top)h6m-3 0V\(foot)m-3 0h6"
      }
      guard !bars.isEmpty else { return "" }
      return "<path class=\"interval \(Self.style(series))\" d=\"\(bars.joined())\"/>"
    case .band:
      let areas = ends.split(whereSeparator: { $0 == nil }).map { run in
        let run = run.compactMap(\.self)
        let (low, high) = (run.map(\.low), run.map(\.high))
        return Self.polyline(ChartPath.thinned(high) + ChartPath.thinned(low).reversed()) + "Z"
      }
      guard !areas.isEmpty else { return "" }
      return "<path class=\"band \(Self.style(series))\" d=\"\(areas.joined())\"/>"
    }
  }

  /// The ends of a point's interval, or nil where it has none that can be drawn.
  private func interval(
    of point: Point, _ layout: ChartLayout
  ) -> (low: ChartPath.Position, high: ChartPath.Position)? {
    guard let y = point.y, let lower = point.lower, let upper = point.upper, lower <= upper,
      layout.position(x: point.x, y: y) != nil,
      let high = layout.position(x: point.x, y: upper)
    else { return nil }
    if let low = layout.position(x: point.x, y: lower) { return (low, high) }
    // Zero has no place on a logarithmic axis: the interval goes on to the axis's foot.
    guard yAxis.scale != .linear, lower.isFinite else { return nil }
    return (ChartPath.Position(x: high.x, y: layout.bottom), high)
  }

  private func markers(of index: Int, _ layout: ChartLayout) -> String {
    let series = series[index]
    let drawn = series.points.compactMap { point -> (Point, ChartPath.Position)? in
      point.y.flatMap { layout.position(x: point.x, y: $0) }.map { (point, $0) }
    }
    let isCurve = drawn.count > Self.mostMarkers
    // Each series starts at another place, so that the markers of close curves don't coincide.
    let phase = (Double(index) + 0.5) / Double(self.series.count)
    let chosen =
      !isCurve
      ? drawn
      : (0..<Self.markersOnCurve).map { step in
        drawn[Int((Double(step) + phase) / Double(Self.markersOnCurve) * Double(drawn.count - 1))]
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
    let x = TickLabels.ticks([point.x], sharesDigits: false).first?.label ?? ""
    var text = "\(series.name): \(point.y.map(format.string) ?? "") at \(x)"
    if let lower = point.lower, let upper = point.upper {
      text += " (\(format.string(lower)) to \(format.string(upper)))"
    }
    return Markup.escaped(text)
  }

  private func legendEntry(_ entry: ChartLayout.LegendEntry) -> String {
    let series = series[entry.series]
    let y = Self.number(entry.y)
    let start = Self.number(entry.x)
    let middle = ChartPath.Position(x: entry.x + ChartLayout.sampleWidth / 2, y: entry.y)
    let dash = series.stroke == .dashed ? " dashed" : ""
    let text = ChartLayout.Line(
      text: entry.text, x: entry.x + ChartLayout.sampleWidth + 6, y: entry.y + 4)
    return """
      <g class="\(Self.style(series))"><path class="line\(dash)" \
      d="M\(start) \(y)h\(Self.number(ChartLayout.sampleWidth))"/>\
      <path class="\(Self.fill(series))" d="\(Self.marker(series, at: middle))"/>\
      \(Self.text(text, style: ""))</g>
      """
  }

  private func directLabel(_ label: ChartLayout.DirectLabel) -> String {
    let series = series[label.series]
    let line = ChartLayout.Line(text: series.name, x: label.x, y: label.y + 4)
    var leader = ""
    if abs(label.y - label.end.y) > 3 {
      let path = Self.polyline([
        ChartPath.Position(x: label.end.x + 6, y: label.end.y),
        ChartPath.Position(x: label.x - 3, y: label.y),
      ])
      leader = "<path class=\"leader\" d=\"\(path)\"/>"
    }
    return "<g class=\"\(Self.style(series))\">\(leader)\(Self.text(line, style: "label"))</g>"
  }
}
