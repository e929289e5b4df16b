import PropertyTesting
import Testing

@testable import Reporting

@Suite struct HeatMapTests {
  private static let name = PageElements.hostileName

  private static let map = HeatMap(
    "Accuracy", subtitle: "per cent", xAxis: "batch size", yAxis: "learning rate",
    columns: ["16", "64", "256"], rows: ["0.1", "0.01"],
    cells: [
      [.number(10, .decimals(1)), .number(60, .decimals(1)), .text("diverged")],
      [.number(35, .decimals(1)), .number(.nan, .decimals(1)), .unavailable],
    ], framed: .init(row: 0, column: 1))

  @Test func everyCellHasItsFigureAndItsName() throws {
    let svg = Self.map.svg(width: 480)
    let document = try #require(PageElements.parse(svg))
    #expect(document.counts["svg"] == 1)
    #expect(document.counts["title"] == 6)
    #expect(document.classes["path.cell"] == 3)
    #expect(document.classes["path.empty"] == 3)
    #expect(document.classes["path.frame"] == 1)
    for text in ["10.0", "60.0", "35.0", "diverged", "NaN", "–"] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    #expect(svg.contains("<title>batch size 64, learning rate 0.1: 60.0</title>"))
    #expect(svg.contains("<title>batch size 256, learning rate 0.01: –</title>"))
  }

  @Test func theLargerANumberTheDeeperItsColour() {
    let opacities = Self.map.svg(width: 480).matches(of: /fill-opacity="([0-9.]+)"/)
      .compactMap { Double($0.1) }
    #expect(opacities == [0.06, 0.5, 0.28])
    var equal = Self.map
    equal.cells = [[.number(3, .decimals(0)), .number(3, .decimals(0))]]
    #expect(equal.svg(width: 480).matches(of: /fill-opacity="0.28"/).count == 2)
  }

  /// The frame is around the cell that it names, which is the second of the first row.
  @Test func theFrameIsAroundItsCell() throws {
    let svg = Self.map.svg(width: 480)
    let frame = try #require(svg.firstMatch(of: /class="frame" d="([^"]+)"/)?.1)
    let cell = try #require(svg.firstMatch(of: /rate 0.1: 60.0<\/title><path [^>]*d="([^"]+)"/)?.1)
    #expect(frame == cell)
  }

  @Test func textThatDoesNotFitIsLeftToTheTooltip() throws {
    var many = Self.map
    many.columns = (0..<40).map { "\($0 * 1000)" }
    many.cells = [many.columns.map { _ in .number(98.76, .decimals(2)) }]
    many.rows = ["1"]
    let svg = many.svg(width: 360)
    #expect(!svg.contains(">98.76</text>"))
    #expect(svg.matches(of: /: 98.76<\/title>/).count == 40)
    // Labels of columns that would touch are left out, and the first stays.
    #expect(svg.contains(">0</text>") && !svg.contains(">1000</text>"))
  }

  @Test func namesAreEscapedAndNothingIsEmptyOrInfinite() throws {
    let hostile = HeatMap(
      Self.name, subtitle: Self.name, xAxis: Self.name, yAxis: Self.name, columns: [Self.name],
      rows: [Self.name], cells: [[.text(Self.name)]])
    let nothing = HeatMap("", subtitle: "", xAxis: "", yAxis: "", columns: [], rows: [], cells: [])
    for svg in [hostile, nothing, Self.map].map({ $0.svg(width: 360) }) {
      let document = try #require(PageElements.parse(svg))
      #expect(document.counts["script"] == nil)
      #expect(!svg.contains("nan") && !svg.contains("inf\""))
      #expect(!svg.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
    }
  }

  @Test func `a page has each map for two widths`() throws {
    let report = HTMLReport(
      title: "", lead: "",
      sections: [.init("Maps", blocks: [.heatMaps([Self.map, Self.map]), .heatMaps([])])])
    let document = try #require(PageElements.parse(page: report.html()))
    #expect(document.counts["figure"] == 2)
    #expect(document.counts["svg"] == 4)
  }
}
