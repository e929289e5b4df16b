/// The pieces of SVG that charts are made of.
extension Chart {
  /// A coordinate with a hundredth of a pixel, which is finer than anyone sees.
  static func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded() / 100
    let text = "\(hundredths == 0 ? 0 : hundredths)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  static func text(_ line: ChartLayout.Line, style: String, anchor: String? = nil) -> String {
    guard !line.text.isEmpty else { return "" }
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    let anchor = anchor.map { " text-anchor=\"\($0)\"" } ?? ""
    let place = "x=\"\(number(line.x))\" y=\"\(number(line.y))\""
    return "<text\(style) \(place)\(anchor)>\(Markup.escaped(line.text))</text>"
  }

  static func polyline(_ positions: [ChartPath.Position]) -> String {
    guard let first = positions.first else { return "" }
    let rest = positions.dropFirst().map { "\(number($0.x)) \(number($0.y))" }
    let start = "M\(number(first.x)) \(number(first.y))"
    return rest.isEmpty ? start : "\(start)L\(rest.joined(separator: " "))"
  }

  /// The class that gives a series its colour.
  static func style(_ series: Series) -> String {
    "s\(paletteIndex(series))"
  }

  /// The class that fills a marker: with the colour, or with the background.
  static func fill(_ series: Series) -> String {
    series.stroke == .dashed ? "hollow" : "filled"
  }

  /// The outline of a series' marker.
  static func marker(_ series: Series, at place: ChartPath.Position) -> String {
    let shapes = [
      "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
      "m-3.6 -3.6h7.2v7.2h-7.2z",
      "m0 -4.8l4.7 8.4h-9.4z",
      "m0 -5l5 5l-5 5l-5 -5z",
      "m0 4.8l4.7 -8.4h-9.4z",
      "m-1.5 -4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",
    ]
    return "M\(number(place.x)) \(number(place.y))" + shapes[paletteIndex(series) % shapes.count]
  }

  private static func paletteIndex(_ series: Series) -> Int {
    let remainder = series.color % ChartPalette.count
    return remainder < 0 ? remainder + ChartPalette.count : remainder
  }
}
