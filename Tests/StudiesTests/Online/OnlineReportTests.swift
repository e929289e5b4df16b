import Foundation
import PropertyTesting
import Testing

@testable import Reporting
@testable import Studies

/// The page, the tables and the files of the online-selection study.
@Suite struct OnlineReportTests {
  /// Every cell of a study with two trials, an arm's accuracy being a function of its place.
  private static func complete() throws -> StudyResult<OnlineStudy> {
    let options = OnlineStudy.Options(trials: 2, epochs: 3)
    let arms = try options.arms()
    var data = SmallStudy.summary
    (data.training, data.validation, data.test) = (640, 64, 100)
    var records: [OnlineRecord] = []
    for model in options.models {
      records.append(
        OnlineRecord(
          costs: arms.map { .init(model: model, arm: $0.name, secondsPerEpoch: [3, 1, 2]) }))
      for (place, arm) in arms.enumerated() {
        for trial in 0..<2 {
          records.append(
            OnlineRecord(
              training: training(
                model, arm, .published, trial, accuracy: 0.75 + Double(place + trial) / 64)))
        }
        guard arm.isControlled else { continue }
        let rate = OnlineRecord.ChosenRate(
          model: model, arm: arm.name,
          tried: options.grid.map {
            .init(rate: $0, validationLoss: $0 == 0.3 ? nil : $0 == 0.03 ? 0.5 : 1)
          })
        records += (0..<2).map {
          OnlineRecord(training: training(model, arm, .tuned, $0, accuracy: 0.75), rate: rate)
        }
      }
    }
    return StudyResult(
      options: options, data: data, origins: [Origin(engine: "reference")],
      jobCount: records.count, records: records)
  }

  private static func training(
    _ model: String, _ arm: OnlineStudy.Arm, _ setting: OnlineRecord.Setting, _ trial: Int,
    accuracy: Double
  ) -> OnlineRecord.Training {
    let count = arm.selection.candidates.count
    let epoch = OnlineRecord.Epoch(
      iterations: 4, choices: count == 1 ? [4] : [1, 1, 2], ties: count == 1 ? 0 : 1,
      candidateLosses: count == 1 ? [] : [1, 0.75, 0.5], scoredSamples: 3 * 4 * 256,
      learningRate: 0.01, trainingLoss: 1, trainingAccuracy: 0.5, validationLoss: 0.875,
      validationAccuracy: accuracy)
    return .init(
      model: model, arm: arm.name, setting: setting, trial: trial, learningRate: 0.01,
      epochs: [epoch, epoch, epoch], testLoss: 0.625, testAccuracy: accuracy,
      fingerprint: "0123456789abcdef")
  }

  @Test func thePageIsWellFormedAndHasEverySection() throws {
    let result = try Self.complete()
    let html = result.page(OnlineStudy.report(result)).html()
    let document = try #require(PageElements.parse(page: html))
    let headings = html.matches(of: /<h2[^>]*>(.*?)<\/h2>/).map { String($0.1) }
    let models = ["784-128-10", "784-128-10+dropout0.5", "784-128-10+batchnorm"]
    let sections =
      ["The claims and their verdicts"] + models.map { "\($0): the article" }
      + models.map { "\($0): what was chosen" }
      + [
        "The effect of each confound", "What selection costs",
        "Each arm at its own learning rate", "Raw data",
      ]
    #expect(headings.count == sections.count)
    for (heading, section) in zip(headings, sections) { #expect(heading.contains(section)) }
    // Four plots of the article and four of the choices for each model, and one of the confounds.
    #expect(document.counts["figure"] == 3 * (4 + 4) + 1)
    #expect(!html.contains("incomplete"))
    #expect(html.contains("95 % bootstrap intervals"))
    #expect(html.contains("Energy is modelled"))
  }

  @Test func theTablesHaveEveryArm() throws {
    let result = try Self.complete()
    let report = OnlineStudy.report(result)
    #expect(report.summary.rows.count == 3 * result.arms.count)
    let row = try #require(report.summary.rows.first { $0[1].text == "minimum" })
    // 4/64 more than the baseline in both trials; the median of 3, 1 and 2 seconds.
    #expect(
      row.map(\.text) == ["plain", "minimum", "82.03", "6.25", "6.25", "6.25", "25", "2.00"])
    let csv = report.table.csv().split(separator: "\r\n")
    #expect(csv.count == 1 + 3 * (result.arms.count + result.arms.count(where: \.isControlled)))
    #expect(
      csv[0]
        == "model,setting,arm,learning_rate,trials,accuracy_percent,accuracy_percent_95,test_loss,"
        + "difference_points,difference_from,difference_to,tie_share,share_256,share_128,share_64,"
        + "samples_to_target,trials_at_target,seconds_per_epoch,scored_per_sample")
    let minimum = try #require(csv.first { $0.contains(",published,minimum,") })
    #expect(minimum.hasSuffix(",0.25,0.25,0.25,0.5,512,2,2,3"))
    let fixed = try #require(csv.first { $0.contains(",published,fixed-128,") })
    #expect(fixed.contains(",0,1,0,"))
    #expect(result.rates.count == 3 * result.arms.count(where: \.isControlled))
    #expect(result.rates.allSatisfy { $0.chosen == 0.03 })
  }

  @Test func whatIsMissingIsUnavailableAndNeverZero() throws {
    var result = try Self.complete()
    let training = try #require(result.trainings.first)
    result.records = [OnlineRecord(training: training)]
    let report = OnlineStudy.report(result)
    let html = result.page(report).html()
    _ = try #require(PageElements.parse(page: html))
    #expect(html.contains("The study is incomplete: \(result.jobCount - 1) of \(result.jobCount)"))
    let row = try #require(report.summary.rows.first)
    #expect(row.map(\.text) == ["plain", "fixed-256", "75.00", "–", "–", "–", "–", "–"])
    result.records = []
    #expect(result.page(OnlineStudy.report(result)).html().contains("too few figures"))
  }
}
