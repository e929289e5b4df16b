import Foundation
import Testing

@testable import Reporting
@testable import Studies

/// The page, the tables and the files of the online-selection study.
@Suite struct OnlineSelectionReportTests {
  /// Every cell of a study with two trials, an arm's accuracy being a function of its place.
  private static func complete() throws -> OnlineSelectionResult {
    let options = OnlineSelectionOptions(trials: 2, epochs: 3)
    let arms = try options.arms()
    var result = OnlineSelectionResult(
      options: options, arms: arms,
      data: .init(
        name: "digits", normalization: "unit", training: 640, validation: 64, test: 100),
      machine: .current, engine: "reference")
    result.isComplete = true
    for model in options.models {
      for (place, arm) in arms.enumerated() {
        result.costs.append(
          .init(
            model: model, arm: arm.name, secondsPerEpoch: [3, 1, 2], scoredPerSample: 3))
        for trial in 0..<2 {
          result.trainings.append(
            training(model, arm, .published, trial, accuracy: 0.75 + Double(place + trial) / 64))
        }
        guard arm.isControlled else { continue }
        result.rates.append(
          .init(
            model: model, arm: arm.name,
            tried: options.grid.map { .init(rate: $0, validationLoss: $0 == 0.3 ? nil : 1) },
            chosen: 0.03))
        result.trainings += (0..<2).map {
          training(model, arm, .tuned, $0, accuracy: 0.75)
        }
      }
    }
    return result
  }

  private static func training(
    _ model: String, _ arm: OnlineSelectionOptions.Arm, _ setting: OnlineSelectionResult.Setting,
    _ trial: Int, accuracy: Double
  ) -> OnlineSelectionResult.Training {
    let count = arm.selection.candidates.count
    let epoch = OnlineSelectionResult.Epoch(
      iterations: 4, choices: count == 1 ? [4] : [1, 1, 2], ties: count == 1 ? 0 : 1,
      candidateLosses: count == 1 ? [] : [1, 0.75, 0.5], learningRate: 0.01, trainingLoss: 1,
      trainingAccuracy: 0.5, validationLoss: 0.875, validationAccuracy: accuracy)
    return .init(
      model: model, arm: arm.name, setting: setting, trial: trial, learningRate: 0.01,
      epochs: [epoch, epoch, epoch], testLoss: 0.625, testAccuracy: accuracy,
      fingerprint: "0123456789abcdef")
  }

  @Test func thePageIsWellFormedAndHasEverySection() throws {
    let report = OnlineSelectionReport(try Self.complete())
    let html = report.page.html()
    let document = try #require(ElementCounter.parse(page: html))
    let headings = html.matches(of: /<h2[^>]*>(.*?)<\/h2>/).map { String($0.1) }
    let models = ["784-128-10", "784-128-10+dropout0.5", "784-128-10+batchnorm"]
    let sections =
      ["What holds"] + models.map { "\($0): the text" } + models.map { "\($0): what was chosen" }
      + [
        "The effect of each confound", "What selection costs",
        "Each arm at its own learning rate", "Raw data",
      ]
    #expect(headings.count == sections.count)
    for (heading, section) in zip(headings, sections) { #expect(heading.contains(section)) }
    // Four plots of the text and four of the choices for each model, and one of the confounds.
    #expect(document.counts["figure"] == 3 * (4 + 4) + 1)
    #expect(!html.contains("interrupted"))
    #expect(html.contains("by 95 % bootstrap") || html.contains("95 % bootstrap intervals"))
    #expect(html.contains("Energy is modelled"))
  }

  @Test func theTablesHaveEveryArm() throws {
    let result = try Self.complete()
    let report = OnlineSelectionReport(result)
    #expect(report.summaryTable.rows.count == 3 * result.arms.count)
    let row = try #require(report.summaryTable.rows.first { $0[1].text == "minimum" })
    // 4/64 more than the baseline in both trials; the median of 3, 1 and 2 seconds.
    #expect(
      row.map(\.text) == ["plain", "minimum", "82.03", "6.25", "6.25", "6.25", "25", "2.00"])
    let csv = report.fullTable.csv().split(separator: "\r\n")
    #expect(csv.count == 1 + 3 * (result.arms.count + result.arms.count(where: \.isControlled)))
    #expect(csv[0].contains("share_256,share_128,share_64,samples_to_target"))
    let minimum = try #require(csv.first { $0.contains(",published,minimum,") })
    #expect(minimum.hasSuffix(",0.25,0.25,0.25,0.5,512,2,2,3"))
    let fixed = try #require(csv.first { $0.contains(",published,fixed-128,") })
    #expect(fixed.contains(",0,1,0,"))
  }

  @Test func whatIsMissingIsUnavailableAndNeverZero() throws {
    var result = try Self.complete()
    result.isComplete = false
    result.trainings = [result.trainings[0]]
    result.costs = []
    result.rates = []
    let report = OnlineSelectionReport(result)
    let html = report.page.html()
    _ = try #require(ElementCounter.parse(page: html))
    #expect(html.contains("The study was interrupted: what is missing says so."))
    let row = try #require(report.summaryTable.rows.first)
    #expect(row.map(\.text) == ["plain", "fixed-256", "75.00", "–", "–", "–", "–", "–"])
    result.trainings = []
    #expect(OnlineSelectionReport(result).page.html().contains("too few figures"))
  }
}
