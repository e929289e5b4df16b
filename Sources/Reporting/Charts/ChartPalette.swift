/// The colours of charts and reports, for light and dark schemes.
///
/// The hues are those of Okabe and Ito ("Color Universal Design", 2008), which readers with any
/// common colour vision tell apart; their lightness is set so that each has a contrast of at least
/// 4.5 against the background (WCAG 2.2, criterion 1.4.3) and may colour text.
package enum ChartPalette {
  /// The number of colours and markers before they repeat.
  package static let count = light.count

  static let light = ["#0072B2", "#B84A00", "#007A5A", "#A0457F", "#7D6000", "#4D5560"]
  static let dark = ["#5CB8EC", "#F2914F", "#2FC79B", "#E597CB", "#E3B341", "#B4BCC8"]
  static let lightPaper = "#FFFFFF"
  static let darkPaper = "#14171C"

  /// Custom properties for both schemes, on the root element.
  static let variables = """
    :root { color-scheme: light dark; --paper: \(lightPaper); --raised: #F5F6F8; --ink: #1B1F24; \
    --muted: #5A626E; --rule: #D5D9DF; --grid: #E6E9ED; \(properties(light)) }
    @media screen and (prefers-color-scheme: dark) {
    :root { --paper: \(darkPaper); --raised: #1D2127; --ink: #E7EAEE; --muted: #A3ABB8; \
    --rule: #3B424D; --grid: #282D35; \(properties(dark)) }
    }
    """

  /// The custom properties of the series' colours.
  private static func properties(_ colors: [String]) -> String {
    colors.enumerated().map { "--series-\($0): \($1);" }.joined(separator: " ")
  }
}

extension Chart {
  /// The rules that colour and set a chart; a page states them once for all its charts.
  static let styleSheet: String = {
    let series = ChartPalette.light.indices.map { ".chart .s\($0) { color: var(--series-\($0)); }" }
    return """
      .chart { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, \
      sans-serif; font-size: 12px; font-variant-numeric: tabular-nums; }
      .chart text { fill: var(--ink); }
      .chart .title { font-size: 15px; font-weight: 650; }
      .chart .muted { fill: var(--muted); }
      .chart .label { fill: currentColor; font-weight: 550; }
      .chart .grid { stroke: var(--grid); }
      .chart .axis { stroke: var(--muted); }
      .chart .line { fill: none; stroke: currentColor; stroke-width: 1.8; \
      stroke-linejoin: round; stroke-linecap: round; }
      .chart .dashed { stroke-dasharray: 5 4; stroke-linecap: butt; stroke-width: 1.5; }
      .chart .band { fill: currentColor; fill-opacity: 0.16; stroke: none; }
      .chart .interval { fill: none; stroke: currentColor; stroke-width: 1.2; }
      .chart .leader { fill: none; stroke: currentColor; stroke-width: 0.8; opacity: 0.6; }
      .chart .filled { fill: currentColor; stroke: var(--paper); stroke-width: 1.2; }
      .chart .cell { fill: currentColor; }
      .chart .empty { fill: var(--raised); }
      .chart .frame { fill: none; stroke: var(--ink); stroke-width: 2; }
      .chart .hollow { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
      \(series.joined(separator: "\n"))
      """
  }()
}
