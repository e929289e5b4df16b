import Foundation
import PropertyTesting
import Testing

@testable import Reporting

@Suite struct HTMLReportTests {
  private static let name = PageElements.hostileName

  private let report = HTMLReport(
    title: name, lead: name,
    sections: [
      .init(
        "Findings",
        blocks: [
          .keyFigures([(name, meaning: name)]), .keyFigures([]),
          .note(label: "Modelled, not measured.", text: name),
          .charts(ChartSamples.all), .charts([ChartSamples.curves]), .charts([]),
        ]),
      .init("Findings", blocks: [.paragraph(name), .list([name, "b"]), .list([])]),
      .init(
        "\(name)",
        blocks: [
          .table(TextTable(caption: name, columns: [.init(name)], rows: [[.text(name)]])),
          .details(summary: name, blocks: [.preformatted(name), .paragraph("inner")]),
        ]),
    ], facts: [.init("Processor", name), .init("Energy counter", nil)])

  @Test func isOneWellFormedDocument() throws {
    let document = try #require(PageElements.parse(page: report.html()))
    for element in ["html", "head", "body", "main", "h1", "header", "footer", "style", "nav"] {
      #expect(document.counts[element] == 1, "\(element)")
    }
    #expect(document.counts["h2"] == 3)
    #expect(document.counts["table"] == 1)
    #expect(document.counts["details"] == 1)
    #expect(document.counts["aside"] == 1)
    #expect(document.counts["ul"] == 1)
    #expect(document.counts["figure"] == ChartSamples.all.count + 1)
    #expect(document.counts["svg"] == 2 * (ChartSamples.all.count + 1))
  }

  @Test func escapesEverything() {
    let html = report.html()
    #expect(!html.contains("<script"))
    #expect(!html.unicodeScalars.contains("\u{1B}") && !html.unicodeScalars.contains("\0"))
  }

  @Test func loadsNothing() {
    let html = report.html().replacing("http://www.w3.org/2000/svg", with: "")
    for word in ["http:", "https:", "url(", "@import", "src=", "<link", "<script"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("default-src 'none'; style-src 'unsafe-inline'"))
    let links = html.matches(of: /href="([^"]*)"/).map(\.1)
    #expect(!links.isEmpty && links.allSatisfy { $0.hasPrefix("#") })
  }

  @Test func everyAnchorIsUniqueAndReached() {
    #expect(
      HTMLReport.anchors(for: ["Loss", "Loss", "loss 2", "Größe & Zeit", "手", "", "Loss"])
        == ["loss", "loss-2", "loss-2-2", "gr-e-zeit", "section", "section-2", "loss-3"])
    let html = report.html()
    let identifiers = html.matches(of: /\bid="([^"]*)"/).map { String($0.1) }
    #expect(Set(identifiers).count == identifiers.count)
    let links = html.matches(of: /href="#([^"]*)"/).map { String($0.1) }
    #expect(Set(links) == Set(identifiers))
  }

  @Test func whatIsNotKnownIsUnavailable() {
    #expect(report.html().contains("<dt>Energy counter</dt><dd>unavailable</dd>"))
  }

  @Test func aReportMayBeEmpty() throws {
    let empty = try #require(
      PageElements.parse(
        page: HTMLReport(title: "", lead: "", sections: []).html()))
    #expect(empty.counts["nav"] == nil)
    #expect(empty.counts["footer"] == nil)
  }
}
