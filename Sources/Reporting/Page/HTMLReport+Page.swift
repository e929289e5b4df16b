extension HTMLReport {
  /// Widths of a chart in pixels: on phones, in the grid, and over the whole page.
  private static let phoneWidth = 360.0
  private static let columnWidth = 500.0
  private static let pageWidth = 1048.0

  /// The page, as the text of an HTML file in UTF-8.
  package func html() -> String {
    let anchors = Self.anchors(for: sections.map(\.heading))
    var parts = [
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'">
      <title>\(Markup.escaped(title))</title>
      <style>
      \(ChartPalette.variables)
      \(Self.styleSheet)
      \(Chart.styleSheet)
      </style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(Markup.escaped(title))</h1>
      <p class="lead">\(Markup.escaped(lead))</p>
      </header>
      """
    ]
    if sections.count > 2 {
      let links = zip(sections, anchors).map { section, anchor in
        "<a href=\"#\(anchor)\">\(Markup.escaped(section.heading))</a>"
      }
      parts.append("<nav aria-label=\"Sections\">\(links.joined(separator: "\n"))</nav>")
    }
    for (section, anchor) in zip(sections, anchors) {
      let heading = "<h2><a href=\"#\(anchor)\">\(Markup.escaped(section.heading))</a></h2>"
      parts += ["<section id=\"\(anchor)\">", heading] + section.blocks.map(Self.html)
      parts.append("</section>")
    }
    parts.append("</main>")
    if !facts.isEmpty {
      let list = Self.descriptions(facts.map { ($0.name, $0.value ?? "unavailable") })
      parts.append("<footer>\n<dl>\n\(list)\n</dl>\n</footer>")
    }
    parts.append("</body>\n</html>\n")
    return parts.joined(separator: "\n")
  }

  /// Terms and what is said of each, as the content of a `dl` element.
  private static func descriptions(_ rows: [(String, String)]) -> String {
    rows.map { term, description in
      "<div><dt>\(Markup.escaped(term))</dt><dd>\(Markup.escaped(description))</dd></div>"
    }.joined(separator: "\n")
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .paragraph(let text):
      return "<p>\(Markup.escaped(text))</p>"
    case .list(let items):
      guard !items.isEmpty else { return "" }
      let entries = items.map { "<li>\(Markup.escaped($0))</li>" }
      return "<ul>\n\(entries.joined(separator: "\n"))\n</ul>"
    case .keyFigures(let figures):
      guard !figures.isEmpty else { return "" }
      let list = descriptions(figures.map { ($0.meaning, $0.figure) })
      return "<dl class=\"key-figures\">\n\(list)\n</dl>"
    case .table(let table):
      // Focusable, so that the keyboard can scroll it.
      let label = Markup.escaped(table.caption ?? "Table")
      return """
        <div class="scroll" role="region" aria-label="\(label)" tabindex="0">
        \(table.html())
        </div>
        """
    case .charts(let charts):
      return html(charts)
    case .heatMaps(let maps):
      let width = maps.count == 1 ? pageWidth : columnWidth
      return grid(
        maps.map { figure(wide: $0.svg(width: width), narrow: $0.svg(width: phoneWidth)) })
    case .note(let label, let text):
      return """
        <aside class="note"><strong>\(Markup.escaped(label))</strong> \(Markup.escaped(text))</aside>
        """
    case .preformatted(let text):
      // HTML drops a line break right after the tag: this one stands in for it.
      return "<pre>\n\(Markup.escaped(text))</pre>"
    case .details(let summary, let blocks):
      let inner = blocks.map(html).joined(separator: "\n")
      return "<details>\n<summary>\(Markup.escaped(summary))</summary>\n\(inner)\n</details>"
    }
  }

  /// Charts side by side, their axes in line; each once more for phones, where text that was
  /// laid out for a wide page would shrink beyond reading.
  private static func html(_ charts: [Chart]) -> String {
    let width = charts.count == 1 ? pageWidth : columnWidth
    let tops = charts.map { ChartLayout($0, width: width).top }
    let figures = charts.enumerated().map { index, chart in
      // Two stand in a row; the other one of the row is at the index with the last bit flipped.
      let neighbor = index ^ 1 < tops.count ? tops[index ^ 1] : 0
      let wide = ChartLayout(chart, width: width, minimumTop: max(tops[index], neighbor))
      return figure(
        wide: chart.svg(wide, isStandalone: false),
        narrow: chart.svg(width: phoneWidth, isStandalone: false))
    }
    return grid(figures)
  }

  /// A picture for wide pages, and the same for phones.
  private static func figure(wide: String, narrow: String) -> String {
    """
    <figure>
    <div class="on-wide">\(wide)</div>
    <div class="on-narrow">\(narrow)</div>
    </figure>
    """
  }

  /// Figures side by side; nothing for none.
  private static func grid(_ figures: [String]) -> String {
    guard !figures.isEmpty else { return "" }
    let style = figures.count == 1 ? "charts single" : "charts"
    return "<div class=\"\(style)\">\n\(figures.joined(separator: "\n"))\n</div>"
  }

  /// Names for the sections' anchors: the headings' letters and digits, each name once.
  static func anchors(for headings: [String]) -> [String] {
    var used: Set<String> = []
    return headings.map { heading in
      let words = heading.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      let name = words.isEmpty ? "section" : words.joined(separator: "-")
      var anchor = name
      var count = 1
      while !used.insert(anchor).inserted {
        count += 1
        anchor = "\(name)-\(count)"
      }
      return anchor
    }
  }
}
