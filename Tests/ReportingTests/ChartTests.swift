import Foundation
import PropertyTesting
import Testing

@testable import Reporting

@Suite struct ChartTests {
  @Test(arguments: ChartSamples.all)
  func isWellFormedAndFinite(chart: Chart) throws {
    for svg in [chart.svg(), chart.svg(width: 360, isStandalone: false), chart.svg(width: .nan)] {
      let document = try #require(PageElements.parse(svg))
      #expect(document.counts["svg"] == 1)
      #expect(document.counts["script"] == nil)
      let pathData = svg.matches(of: /(?:d|x|y|viewBox)="([^"]*)"/).map { String($0.1) }
      #expect(!pathData.isEmpty)
      for data in pathData { #expect(!data.contains("nan") && !data.contains("inf")) }
    }
  }

  @Test func refersToNothingOutside() {
    for chart in ChartSamples.all {
      let svg = chart.svg().replacing("http://www.w3.org/2000/svg", with: "")
      for word in ["http", "url(", "href", "@import", "src="] { #expect(!svg.contains(word)) }
    }
  }

  @Test func `names are escaped in a chart`() {
    let svg = ChartSamples.hostile.svg()
    #expect(!svg.contains("<script"))
    #expect(!svg.unicodeScalars.contains("\u{1B}") && !svg.unicodeScalars.contains("\0"))
    #expect(svg.contains("&lt;script&gt;"))
  }

  @Test func tellsSeriesApartByMoreThanColor() throws {
    let document = try #require(PageElements.parse(ChartSamples.published.svg()))
    // Two broken lines, and two samples of them in the legend.
    #expect(document.classes["path.dashed"] == 4)
    #expect(document.classes["g.hollow"] == 2)
    #expect(document.classes["g.filled"] == 2)
    let shapes = (0..<ChartPalette.count).map { color in
      Chart.marker(.init("a", points: [], color: color), at: .init(x: 0, y: 0))
    }
    #expect(Set(shapes).count == ChartPalette.count)
  }

  @Test func drawsIntervalsOnce() throws {
    let bars = try #require(PageElements.parse(ChartSamples.published.svg()))
    #expect(bars.classes["path.interval"] == 2)
    let bands = try #require(PageElements.parse(ChartSamples.curves.svg()))
    #expect(bands.classes["path.band"] == 4)
    #expect(bands.classes["path.interval"] == nil)
    let none = try #require(PageElements.parse(ChartSamples.onePoint.svg()))
    #expect(none.classes["path.interval"] == nil)
  }

  @Test func anIntervalDownToZeroReachesTheFootOfALogarithmicAxis() throws {
    let points = [Chart.Point(x: 1, y: 10, lower: 0, upper: 20), Chart.Point(x: 2, y: 100)]
    let chart = Chart(
      "t", xAxis: .init("x"), yAxis: .init("y", scale: .log10),
      series: [.init("a", points: points, color: 0)])
    let layout = ChartLayout(chart, width: 480)
    let foot = Chart.number(layout.bottom)
    #expect(chart.svg().contains("h6m-3 0V\(foot)m-3 0h6"))
  }

  @Test func tooltipsCarryTheValues() {
    let svg = ChartSamples.published.svg()
    #expect(svg.contains("<title>mlp-1, published: 228.3 at 1</title>"))
    #expect(svg.contains("<title>mlp-1, measured: 2.570 at 64 (2.270 to 2.870)</title>"))
  }

  @Test func curvesHaveFewMarkersAndBoundedSize() throws {
    let document = try #require(PageElements.parse(ChartSamples.curves.svg()))
    #expect(document.counts["title"] == 1)
    #expect(ChartSamples.curves.svg(width: 500).utf8.count < 150_000)
  }

  @Test func inventsNoRangeWhereNothingIsDrawn() throws {
    for chart in [ChartSamples.withoutSeries, ChartSamples.withoutPoints] {
      let svg = chart.svg()
      #expect(svg.contains(">unavailable</text>"))
      let document = try #require(PageElements.parse(svg))
      #expect(document.classes["path.grid"] == nil)
    }
  }

  @Test func `a chart has a label for screen readers`() {
    let svg = ChartSamples.published.svg(isStandalone: false)
    #expect(svg.contains("role=\"img\""))
    #expect(
      svg.contains(
        "aria-label=\"Training time per epoch. seconds per epoch against batch size.\""))
    #expect(!svg.contains("<style>"))
  }
}
