import Files
import Foundation
import PropertyTesting
import Testing

@testable import Reporting
@testable import Studies

/// The page, the tables and the files of the transfer study.
@Suite struct TransferReportTests {
  /// Three trials whose gaps grow with the batch size and are lag but for 1/64.
  private static func complete() -> StudyResult<TransferStudy> {
    var options = TransferStudy.Options()
    options.first.epochs = 3
    options.second.epochs = 1
    var data = SmallTransfer.summary
    (data.name, data.source) = ("digits", "clothes")
    (data.training, data.validation) = (640, 64)
    let records = TransferStudy.jobs(of: options).map { job in
      guard case .transfer(let job) = job else {
        return TransferRecord(pretraining: .init(accuracy: 0.875, fingerprint: "0"))
      }
      let lost = (options.batchSizes.firstIndex(of: job.batchSize) ?? 0) + job.trial
      let epochs = (1...4).map { epoch in
        TransferRecord.Epoch(
          steps: epoch * 640 / job.batchSize, trainingAccuracy: 0.75, trainingLoss: 0.5,
          averages: 0.5 - Double(lost) / 64, matched: job.isInferenceMode ? nil : 0.625,
          population: job.isInferenceMode ? nil : 0.734375,
          sourceShare: job.isInferenceMode ? nil : 0.5,
          matchedSourceShare: job.isInferenceMode ? nil : 0.25)
      }
      return TransferRecord(
        transfer: .init(
          batchSize: job.batchSize, trial: job.trial, isInferenceMode: job.isInferenceMode,
          epochs: epochs, fingerprint: "0123456789abcdef"))
    }
    return StudyResult(
      options: options, data: data, origins: [Origin(engine: "reference")],
      jobCount: records.count, records: records)
  }

  @Test func thePageIsWellFormedAndHasEverySection() throws {
    let html = Self.complete().html
    let document = try #require(PageElements.parse(page: html))
    let headings = html.matches(of: /<h2[^>]*>(.*?)<\/h2>/).map { String($0.1) }
    let sections = [
      "The claims and their verdicts", "The article's figures: validated with moving averages",
      "The same weights, validated with the training set's statistics", "What the gap is made of",
      "Frozen layers in inference mode", "Raw data",
    ]
    #expect(headings.count == sections.count)
    for (heading, section) in zip(headings, sections) {
      #expect(heading.contains(section.replacing("'", with: "&#39;")) || heading.contains(section))
    }
    // Four of the article's with each kind of statistics, three of the gap, two of inference mode.
    #expect(document.counts["figure"] == 4 + 4 + 3 + 2)
    #expect(!html.contains("incomplete"))
    #expect(!html.contains("(unavailable)"))
    #expect(html.contains("640 images of digits, from a base pretrained on clothes"))
    #expect(html.contains("clothes, 87.5 % of its test images"))
    #expect(html.contains("The averages take 0.0010 of each step"))
    #expect(html.contains("All 24 transfers"))
  }

  @Test func theTerminalTableHasEveryBatchSize() throws {
    let table = Self.complete().summary
    // Trials lose 0, 1 and 2 of 64 beside the batch size's own, so the gap is 16 + 1 of 64.
    #expect(
      table.rows.map { $0.map(\.text) } == [
        ["16", "75.0", "48.4", "62.5", "73.4", "26.6", "25.0", "50.00", "88.69"],
        ["32", "75.0", "46.9", "62.5", "73.4", "28.1", "26.6", "50.00", "94.17"],
        ["64", "75.0", "45.3", "62.5", "73.4", "29.7", "28.1", "50.00", "97.04"],
        ["128", "75.0", "43.8", "62.5", "73.4", "31.2", "29.7", "50.00", "98.51"],
      ])
    #expect(table.terminalText().split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// Where the first stage ends at an epoch that is compared, its rows stand there once.
  @Test func theDecompositionHasEachEpochOnce() throws {
    var result = Self.complete()
    func rows() throws -> [[String]] {
      let tables = result.decomposition.blocks.compactMap { block in
        if case .table(let table) = block { table } else { nil }
      }
      return try #require(tables.first).rows.map { $0.prefix(2).map(\.text) }
    }
    let sizes = ["16", "32", "64", "128"]
    #expect(try rows() == ["3", "4"].flatMap { epoch in sizes.map { [epoch, $0] } })
    result.options.first.epochs = 1
    result.options.second.epochs = 3
    #expect(try rows() == ["1", "3", "4"].flatMap { epoch in sizes.map { [epoch, $0] } })
  }

  @Test func theFullTableHasEveryEpoch() throws {
    let csv = Self.complete().report.table.csv().split(separator: "\r\n")
    #expect(csv.count == 1 + 2 * 4 * 3 * 4)
    #expect(
      csv[0]
        == "mode,batch_size,trial,epoch,steps,training_accuracy,training_loss,validation_averages,"
        + "validation_matched,validation_population,source_share,matched_source_share,"
        + "predicted_share")
    let first = try #require(csv.first { $0.hasPrefix("batch,16,1,1,") })
    #expect(first.hasPrefix("batch,16,1,1,40,0.75,0.5,0.5,0.625,0.734375,0.5,0.25,0.96077"))
    let inference = try #require(csv.first { $0.hasPrefix("inference,128,3,4,") })
    #expect(inference.hasPrefix("inference,128,3,4,20,0.75,0.5,0.421875,,,,,"))
  }

  /// The lag is drawn for each batch size as measured, and as mᵗ with the same colour, dashed.
  @Test func theLagChartPairsMeasuredAndPredicted() throws {
    let charts = Self.complete().decomposition.blocks.flatMap { block in
      if case .charts(let charts) = block { charts } else { [Chart]() }
    }
    let chart = try #require(charts.last)
    #expect(chart.series.count == 8)
    for size in 0..<4 {
      let pair = chart.series.filter { $0.color == size }
      #expect(pair.map(\.stroke) == [.solid, .dashed])
    }
    #expect(chart.series.allSatisfy { $0.points.count == 4 })
  }

  @Test func whatIsMissingIsUnavailableAndNeverZero() throws {
    var result = Self.complete()
    result.records = [TransferRecord(transfer: result.transfers[0])]
    let html = result.html
    _ = try #require(PageElements.parse(page: html))
    #expect(html.contains("The study is incomplete: 24 of 25 trainings and measurements are"))
    #expect(html.contains("(unavailable)"))
    #expect(result.summary.rows.count == 1)
    result.records = []
    let empty = result.html
    #expect(empty.contains("too few figures"))
    #expect(result.summary.rows.isEmpty)
  }

  /// Weights of a file have no accuracy on a source.
  @Test func aFileOfWeightsIsNamed() throws {
    var result = Self.complete()
    result.data.source = "base.safetensors"
    result.options.pretraining = nil
    result.records.removeFirst()
    result.options.isBinary = true
    result.options.augmentation = .published
    let html = result.html
    #expect(html.contains("base.safetensors"))
    #expect(!html.contains("of its test images"))
    #expect(html.contains("two classes"))
    #expect(html.contains("as published, second stage"))
  }

  /// The rows of the CSV file have the same names and figures in JSON, and images their names.
  @Test func `results.json has options, rows and records`() throws {
    let data = try Self.complete().json
    let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["isComplete"] as? Bool == true)
    #expect((json["records"] as? [Any])?.count == 1 + 2 * 4 * 3)
    #expect((json["data"] as? [String: Any])?["source"] as? String == "clothes")
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.count == 2 * 4 * 3 * 4)
    #expect(rows[0]["mode"] as? String == "batch" && rows[0]["batch_size"] as? Double == 16)
    #expect(rows[0]["validation_population"] as? Double == 0.734375)
  }
}

extension StudyResult<TransferStudy> {
  /// The page as text.
  fileprivate var html: String { page(report).html() }
}
