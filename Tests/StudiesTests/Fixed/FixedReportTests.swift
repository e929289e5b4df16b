import Files
import Foundation
import Measurement
import PropertyTesting
import Reporting
import Testing

@testable import Studies

@Suite struct FixedReportTests {
  private let complete = FixedSamples.complete()
  private let interrupted = FixedSamples.interrupted()

  @Test func thePageIsWellFormedAndHasEverySection() throws {
    let html = complete.html
    let document = try #require(PageElements.parse(page: html))
    let headings = html.matches(of: /<h2[^>]*>(.*?)<\/h2>/).map { String($0.1) }
    let sections = [
      "The claims and their verdicts", "mlp-1, as published", "mlp-1: what causes it",
      "Micrograms that are nanograms", "Costs that don't depend on the batch size", "Raw data",
    ]
    #expect(headings.count == sections.count)
    for (heading, section) in zip(headings, sections) {
      #expect(heading.contains(section.replacing("'", with: "&#39;")) || heading.contains(section))
    }
    #expect(document.counts["figure"] == 9)
    #expect(document.counts["table"] == 8)
    #expect(!html.contains("incomplete"))
    for confound in ["1 · A loss", "2 · A mean", "3 · Latency", "4 · One learning", "5 · Single"] {
      #expect(html.contains(confound))
    }
    #expect(html.contains("75 ng"))
    #expect(html.contains("271.6 μgCO2eq"))
  }

  @Test func publishedFiguresStandBesideTheMeasuredOnes() throws {
    let html = complete.html
    for figure in ["228", "19.2", "57.4", "23.8", "96.7", "published, MNIST"] {
      #expect(html.contains(figure), "\(figure)")
    }
    let other = FixedSamples.complete(model: "mlp-5").html
    #expect(!other.contains("published, MNIST"))
    #expect(!other.contains("(dashed)"))
    #expect(other.contains("The article has no figures of this model."))
  }

  /// A modelled energy is dashed and has its band; a measured one is solid, and the article's model
  /// stands beside either.
  @Test func energiesSayHowTheyAreKnown() throws {
    let rows = complete.rows(arm: "adam")
    let modelled = complete.energyChart(rows, [])
    #expect(modelled.series.map(\.name) == ["modelled here", "16 W × latency here"])
    #expect(modelled.series[0].stroke == .dashed)
    #expect(modelled.series[0].points.map(\.y) == [1, 16, 64, 128].map { 200 / $0 })
    #expect(modelled.series[0].points.map(\.lower) == [1, 16, 64, 128].map { 100 / $0 })
    #expect(complete.energyNote(rows).contains("modelled (a model)"))
    let html = complete.html
    for part in ["16 W × latency, published", "modelled here", "How the energy is known"] {
      #expect(html.contains(part), "\(part)")
    }
    var result = FixedSamples.complete()
    for index in result.records.indices where result.records[index].energy != nil {
      result.records[index].energy?.perImage = EnergyRecord(
        .measured(Joules(1)), source: "powercap", domain: "package-0", interval: Seconds(1),
        overhead: .zero)
    }
    let chart = result.energyChart(result.rows(arm: "adam"), [])
    #expect(chart.series[0].name == "measured here")
    #expect(chart.series[0].stroke == .solid)
    #expect(result.energyNote(result.rows).contains("measured (powercap)"))
    #expect(interrupted.energyNote(interrupted.rows).hasPrefix("No energy was measured."))
  }

  @Test func whatIsMissingIsUnavailableAndNeverZero() throws {
    let row = try #require(interrupted.summary.rows.first)
    #expect(
      row.map(\.text) == ["mlp-1", "1", "8.00", "–", "–", "81.25", "–", "–", "–"])
    #expect(interrupted.summary.rows.count == 1)
    let fields = try #require(
      interrupted.report.table.csv().split(separator: "\r\n").dropFirst().first)
    #expect(fields == "mlp-1,adam,1,0.001,1,8,,81.25,,82.8125,0.625,0.5,0.5,,,,,")
  }

  @Test func anInterruptedStudySaysSo() throws {
    let html = interrupted.html
    _ = try #require(PageElements.parse(page: html))
    #expect(
      html.contains(
        "The study is incomplete: 23 of 24 trainings and measurements are missing, and so is what"))
    let nothing = FixedSamples.empty(model: "mlp-1", data: "digits", batchSizes: [1, 16]).html
    let document = try #require(PageElements.parse(page: nothing))
    #expect(document.counts["figure"] == nil)
    #expect(nothing.contains("All 0 trainings"))
  }

  @Test func withoutFiguresNothingIsClaimed() {
    let html = interrupted.html
    for verdict in ["Confirmed", "Refuted", "Confounded", "Undecided"] {
      #expect(!html.contains("\(verdict) · "))
    }
    #expect(html.contains("There are too few figures to check a claim."))
    let whole = complete.html
    #expect(whole.contains("Confirmed · mlp-1"))
    #expect(whole.contains("Confounded · mlp-1"))
  }

  @Test func csvHasARowForEachCell() throws {
    let lines = complete.report.table.csv().split(separator: "\r\n")
    let columns =
      "model,arm,batch_size,learning_rate,trials,seconds_per_epoch,seconds_per_epoch_95,"
      + "accuracy_percent,accuracy_percent_95,accuracy_percent_published_formula,test_loss,"
      + "training_loss,training_loss_published_formula,latency_seconds_per_image,"
      + "energy_joules_text,carbon_grams_text,energy_joules,energy_provenance"
    #expect(lines.first == Substring(columns))
    let cells = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let expected = FixedSamples.arms.flatMap { arm in
      [1, 16, 64, 128].map { size in "\(arm) \(size)" }
    }
    #expect(cells.map { "\($0[1]) \($0[2])" } == expected)
    #expect(cells.allSatisfy { $0.count == 18 && $0[4] == "2" })
    // Two passes of (1 + 1) × 10 µs: each image has 20 µs, and 16 W × 20 µs are 320 µJ.
    let first = try #require(cells.first)
    #expect(Double(first[13]) == 2e-5)
    #expect(Double(first[14]) == 16 * 2e-5)
    #expect(Double(first[16]) == 2e-4)
    #expect(first[17] == "modelled")
    #expect(cells.dropFirst(4).allSatisfy { $0[16].isEmpty && $0[17].isEmpty })
    #expect(cells.dropFirst(4).allSatisfy { $0[5].isEmpty && $0[13].isEmpty && $0[14].isEmpty })
  }

  @Test func namesAreEscaped() throws {
    let name = PageElements.hostileName
    let html = FixedSamples.complete(model: name, data: name).html
    _ = try #require(PageElements.parse(page: html))
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;"))
  }

  @Test func writesItsThreeFiles() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "batchwise-report-\(UUID().uuidString)", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: url) }
    try StudyFiles.write(complete, complete.report, to: OutputFolder(url))
    let files = try FileManager.default.contentsOfDirectory(atPath: url.path)
    #expect(files.sorted() == ["report.html", "results.csv", "results.json"])
    let json = try Data(contentsOf: url.appending(path: "results.json"))
    let decoded = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(decoded["isComplete"] as? Bool == true)
    #expect((decoded["records"] as? [Any])?.count == complete.records.count)
    // The rows of the CSV file, under the same names.
    let rows = try #require(decoded["rows"] as? [[String: Any]])
    #expect(rows.count == complete.rows.count)
    #expect(rows.first?["batch_size"] as? Int == 1)
    #expect(rows.first?["latency_seconds_per_image"] as? Double == 2e-5)
    #expect(rows.last?["latency_seconds_per_image"] is NSNull)
  }
}

extension StudyResult<FixedStudy> {
  /// The page as text.
  fileprivate var html: String { page(report).html() }
}
