import OptimizedTraining
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore

@testable import Studies

/// The whole study on images of 2×2 pixels.
@Suite struct OnlineSelectionStudyTests {
  private static func options(
    models: [String] = ["mlp:4-8-3", "mlp:4-8-3+batchnorm"]
  ) -> OnlineSelectionOptions {
    var options = OnlineSelectionOptions(
      baseBatchSize: 16, candidates: [16, 8, 4], trials: 2, epochs: 2, seed: 5)
    options.models = models
    options.grid = [0.01, 0.1]
    return options
  }

  private static func run<T: OnlineSelectionTrainer>(
    _ type: T.Type = ReferenceTrainer<Float>.self, _ options: OnlineSelectionOptions = options(),
    observer: StudyObserver = StudyObserver()
  ) throws -> OnlineSelectionResult {
    try OnlineSelectionStudy<T>(options, data: SmallStudy.data, observer: observer)
      .run(summary: SmallStudy.summary, engine: "reference")
  }

  @Test func everyCellIsThere() throws {
    let result = try Self.run()
    let names = result.arms.map(\.name)
    #expect(
      names == [
        "fixed-16", "fixed-8", "fixed-4", "random", "minimum", "minimum-fresh",
        "minimum-published", "maximum", "maximum-fresh", "maximum-published",
        "random-published", "fixed-16-published", "fixed-8-published", "fixed-4-published",
      ])
    #expect(result.isComplete)
    let controlled = names.filter { !$0.hasSuffix("-published") }
    #expect(result.trainings.count == 2 * 2 * (names.count + controlled.count))
    #expect(result.rates.count == 2 * controlled.count)
    #expect(result.costs.count == 2 * names.count)
    #expect(result.rows.count == 2 * (names.count + controlled.count))
    for training in result.trainings {
      #expect(training.epochs.count == 2)
      for epoch in training.epochs {
        #expect(epoch.iterations == 3, "60 images are three whole batches of 16")
        #expect(epoch.choices.reduce(0, +) == 3)
      }
    }
    #expect(result.rates.allSatisfy { [0.01, 0.1].contains($0.chosen) && $0.tried.count == 2 })
  }

  /// In a plain model, online selection as described is the baseline, to the fingerprint.
  @Test func selectionInAPlainModelIsTheBaseline() throws {
    let result = try Self.run()
    for setting in [OnlineSelectionResult.Setting.published] {
      for trial in 0..<2 {
        func fingerprint(_ arm: String) -> String? {
          result.trainings(model: "mlp:4-8-3", setting: setting, arm: arm)[trial].fingerprint
        }
        let baseline = fingerprint("fixed-16")
        for arm in ["minimum", "maximum", "minimum-fresh", "maximum-fresh"] {
          #expect(fingerprint(arm) == baseline)
        }
        #expect(fingerprint("fixed-8") != baseline)
        #expect(fingerprint("fixed-4-published") != fingerprint("fixed-4"))
      }
    }
    let row = try #require(result.rows.first { $0.model == "mlp:4-8-3" && $0.arm == "minimum" })
    #expect(row.tieShare == 1 && row.shares == [1, 0, 0])
    #expect(row.difference.map { [$0.mean, $0.lower, $0.upper] } == [0, 0, 0])
    #expect(row.scoredPerSample == 0)
  }

  @Test func bothTrainersHaveTheSameFingerprints() throws {
    let reference = try Self.run()
    let optimized = try Self.run(OptimizedTrainer.self)
    #expect(optimized.trainings == reference.trainings)
    #expect(optimized.rates == reference.rates)
  }

  @Test func batchNormalisationIsNoTie() throws {
    let result = try Self.run()
    let row = try #require(
      result.rows.first { $0.model == "mlp:4-8-3+batchnorm" && $0.arm == "maximum" })
    #expect(row.tieShare < 1)
    #expect(row.scoredPerSample == 3)
  }

  @Test func everyClaimHasAVerdictAndEvidence() throws {
    let claims = try Self.run().claims
    #expect(claims.count == 4)
    #expect(claims.allSatisfy { !$0.evidence.isEmpty })
    #expect(claims[3].evidence.contains("plain: 100 % ties; 16 in 100 %"))
  }

  @Test func aStoppedStudyReturnsWhatItHas() throws {
    let steps = Mutex(0)
    let result = try Self.run(
      observer: StudyObserver(shouldStop: {
        steps.withLock {
          $0 += 1
          return $0 > 400
        }
      }))
    #expect(!result.isComplete)
    #expect(result.rates.isEmpty)
    let nothing = try Self.run(observer: StudyObserver(shouldStop: { true }))
    #expect(nothing.trainings.isEmpty && nothing.rows.isEmpty && nothing.claims.isEmpty)
  }

  @Test func itRejectsWhatItCannotRun() {
    var few = Self.options()
    few.baseBatchSize = 64
    few.candidates = [64, 32]
    #expect(throws: StudyError.noBaseBatch(baseBatchSize: 64, training: 60)) {
      try Self.run(ReferenceTrainer<Float>.self, few)
    }
    var odd = Self.options()
    odd.candidates = [16, 3]
    #expect(throws: StudyError.candidateDoesNotDivide(candidate: 3, baseBatchSize: 16)) {
      try Self.run(ReferenceTrainer<Float>.self, odd)
    }
    var alone = Self.options(models: ["mlp:4-8-3+batchnorm"])
    alone.candidates = [16, 1]
    #expect(throws: RunError.self) { try Self.run(ReferenceTrainer<Float>.self, alone) }
  }

  @Test func aLossThatIsNoNumberIsSaid() throws {
    var options = Self.options(models: ["mlp:4-8-3"])
    options.learningRate = 1e30
    #expect {
      try Self.run(ReferenceTrainer<Float>.self, options)
    } throws: { error in
      "\(error)".contains("the loss of epoch") && "\(error)".contains("use a smaller learning rate")
    }
    // A rate of the grid that diverges is one that isn't chosen.
    options = Self.options(models: ["mlp:4-8-3"])
    options.grid = [1e30, 0.1]
    let result = try Self.run(ReferenceTrainer<Float>.self, options)
    #expect(result.isComplete)
    #expect(result.rates.allSatisfy { $0.chosen == 0.1 && $0.tried[0].validationLoss == nil })
  }
}
