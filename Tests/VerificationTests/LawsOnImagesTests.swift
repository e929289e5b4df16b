import Datasets
import Testing
import TrainingCore
import Verification

/// All laws on images of clothing, as `batchwise verify` runs them.
@Suite struct LawsOnImagesTests {
  private func findings(_ model: String, _ trainer: any Trainer.Type) throws -> [Finding] {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: model), optimizer: .adam(AdamSpec()),
      schedule: LearningRateSchedule(base: 0.001), batchSize: 48, seed: 5)
    let images = try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric).training
      .selecting(0..<100)
    let subject = Subject(
      configuration, examples: images,
      batch: Array(configuration.plan(epoch: 0, count: images.count)[0]),
      splits: [Split(sizes: [24, 24]), Split(sizes: [8, 40]), Split(sizes: [5, 20, 23])])
    return try Laws.findings(subject, of: trainer)
  }

  /// Without batch coupling every law about splits holds, and with it none fails.
  @Test(arguments: [
    ("mlp:784-40-10", 0), ("mlp:784-40-20-10+tanh+dropout0.5", 0), ("mlp:784-40-10+ghost8", 3),
    ("mlp:784-40-10+batchnorm", 9),
  ])
  func noLawFails(_ model: String, _ notApplicable: Int) throws {
    for trainer in bothTrainers {
      let findings = try findings(model, trainer)
      for finding in findings where finding.verdict == .fails {
        Issue.record("\(trainer): \(finding.law): \(finding.measured)")
      }
      let aboutSplits = findings.filter { finding in
        ["split batch", "mean of means", "accumulated step"].contains {
          finding.law.hasPrefix($0)
        }
      }
      #expect(aboutSplits.count == 10)
      #expect(aboutSplits.count { $0.verdict == .notApplicable } == notApplicable)
    }
  }
}
