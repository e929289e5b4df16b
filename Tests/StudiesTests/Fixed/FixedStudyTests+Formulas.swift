import Testing
import TrainingCore

@testable import Studies

/// The published formulas, by hand and against the controlled ones.
extension FixedStudyTests {
  /// Without latencies, which need weights that a scripted trainer doesn't have.
  private static var untimed: FixedStudy.Options {
    var options = SmallStudy.options()
    options.isTimed = false
    return options
  }

  /// Σ (batch mean) / N = Σ (batch sum) / B / N where every batch has B samples.
  @Test(arguments: [1, 4])
  func thePublishedLossIsTheLossOverTheBatchSize(batchSize: Int) throws {
    let result = try SmallStudy.run()
    let training = try #require(result.training("adam", batchSize))
    // Each batch's sum and mean are rounded, then its addition, then the quotient; for the epoch
    // its sum, its mean and the quotient here.
    let roundings = Double(60 / batchSize + 2 + 1 + 3) * 0x1p-53
    for epoch in training.epochs {
      let published = epoch.publishedLoss
      let expected = epoch.trainingLoss / Double(batchSize)
      #expect(expected > 0)
      #expect(abs(published - expected) <= expected * roundings / (1 - roundings))
    }
  }

  /// Steps 1 to 8 with 7 samples and step 9 with 4, each sample with the step's number as loss.
  @Test func lossesOfAnUnevenLastBatchByHand() throws {
    let result = try SmallStudy.run(ScriptedTrainer.self, Self.untimed)
    let training = try #require(result.training("adam", 7))
    let published: [Double] = [45.0 / 60, 126.0 / 60]
    #expect(training.epochs.map(\.publishedLoss) == published)
    let sum: Double = 7 * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8) + 4 * 9
    #expect(training.epochs.first?.trainingLoss == sum / 60)
  }

  /// Batches of 7, 7 and 6 test images, of which five in the last are classified correctly.
  @Test func accuracyOfAnUnevenLastBatchByHand() throws {
    var data = SmallStudy.data
    data.test = Examples(
      shape: ImageShape(height: 2, width: 2), classCount: 3,
      inputs: Array(repeating: 0, count: 80),
      labels: (0..<20).map { $0 < 14 ? 0 : $0 == 19 ? 2 : 1 })
    let result = try SmallStudy.run(ScriptedTrainer.self, Self.untimed, data: data)
    let uneven = try #require(result.training("adam", 7))
    #expect(uneven.testAccuracy == 5.0 / 20)
    #expect(uneven.publishedTestAccuracy == 5.0 / 6 / 3)
    #expect(uneven.testLoss == 9.5)
    let even = try #require(result.training("adam", 4))
    #expect(even.testAccuracy == 5.0 / 20)
    let batches = 2.0 / 4 + 3.0 / 4
    #expect(even.publishedTestAccuracy == batches / 5)
  }

  @Test func aCurveHoldsTheLossesOfItsStretches() {
    var curve = LossCurve(samples: 12, points: 3)
    for loss in 1...6 {
      var tally = Tally()
      for _ in 0..<2 { tally.add(loss: Double(loss), isCorrect: false) }
      curve.add(tally)
    }
    #expect(curve.points.map(\.samples) == [4, 8, 12])
    #expect(curve.points.map(\.loss) == [1.5, 3.5, 5.5])
  }

  @Test func rowsAreMeansOverTrials() throws {
    let result = try SmallStudy.run()
    let row = try #require(result.rows(arm: "adam", model: SmallStudy.model).first)
    let losses = result.trainings.filter { $0.arm == "adam" && $0.batchSize == 1 }.map(\.testLoss)
    #expect(row.batchSize == 1)
    #expect(row.accuracyPercent?.count == 2)
    #expect(row.secondsPerEpoch?.count == 2)
    let mean = try #require(row.testLoss?.mean)
    #expect(mean == losses[0] + (losses[1] - losses[0]) / 2)
    let latency = result.latency(model: SmallStudy.model, training: 1, inference: 1)
    #expect(row.latency != nil && row.latency == latency?.perImage)
    let controlled = result.rows(arm: "sgd", model: SmallStudy.model)
    #expect(controlled.count == 3)
    #expect(controlled.allSatisfy { $0.secondsPerEpoch == nil && $0.latency == nil })
    #expect(controlled.allSatisfy { $0.energy.value == nil && $0.carbon.value == nil })
  }
}
