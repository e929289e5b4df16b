import Files
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore
@testable import Studies

@Suite struct FixedBatchSizeStudyTests {
  private static let arms = ["adam", "adam-sqrt", "sgd", "sgd-linear"]

  @Test func everyCellIsThere() throws {
    let options = SmallStudy.options()
    let result = try SmallStudy.run()
    let expected = Self.arms.flatMap { arm in
      options.batchSizes.flatMap { size in
        (0..<options.trials).map { Cell(arm: arm, batchSize: size, trial: $0) }
      }
    }
    #expect(result.isComplete)
    #expect(result.trainings.count == expected.count)
    #expect(Set(result.trainings.map(\.cell)) == Set(expected))
    for training in result.trainings {
      let batches = (60 + training.batchSize - 1) / training.batchSize
      #expect(training.epochs.map(\.steps) == [batches, 2 * batches])
      #expect(training.epochs.allSatisfy { $0.validationLoss != nil })
      #expect(training.publishedLosses.count == 2)
      #expect(training.isTimed == (training.arm == "adam"))
      #expect(!training.curve.isEmpty)
    }
    #expect(result.energies.map(\.inferenceBatchSize) == [1, 4, 7])
    let pairs = result.latencies.map { [$0.trainingBatchSize, $0.inferenceBatchSize] }
    #expect(pairs.count == 9)
    #expect(
      Set(pairs)
        == Set(options.batchSizes.flatMap { size in options.batchSizes.map { [size, $0] } }))
    #expect(result.rows.count == Self.arms.count * options.batchSizes.count)
  }

  @Test func modelsAreCounted() throws {
    let result = try SmallStudy.run()
    let spec = try ModelSpec(named: SmallStudy.model)
    let state = ModelState.initial(model: spec, optimizer: .sgd(SGDSpec()), seed: 1)
    #expect(result.models.map(\.name) == [SmallStudy.model])
    #expect(result.models.first?.cost.parameters == 4 * 8 + 8 + 8 * 3 + 3)
    let weights = Checkpoint.weights(of: state, model: spec)
    #expect(result.models.first?.bytes == weights.encoded().count)
  }

  @Test func theSeedDecidesEverythingButTime() throws {
    let first = try SmallStudy.run()
    let again = try SmallStudy.run()
    #expect(first.trainings.map(\.withoutTimes) == again.trainings.map(\.withoutTimes))
    // One seed for each trial, so that the second trial is another study's first.
    let next = try SmallStudy.run(ReferenceTrainer<Float>.self, SmallStudy.options(seed: 6))
    for arm in Self.arms {
      for size in [1, 4, 7] {
        let second = try #require(first.training(arm, size, trial: 1))
        #expect(second.fingerprint == next.training(arm, size, trial: 0)?.fingerprint)
        #expect(second.fingerprint != first.training(arm, size, trial: 0)?.fingerprint)
      }
    }
  }

  @Test(arguments: [
    ("adam", [0.001, 0.001, 0.001]),
    ("adam-sqrt", [0.001 * 0.5, 0.001, 0.001 * 1.75.squareRoot()]),
    ("sgd", [0.05, 0.05, 0.05]), ("sgd-linear", [0.05 * 0.25, 0.05, 0.05 * 1.75]),
  ])
  func learningRatesFollowTheBatchSize(arm: String, rates: [Double]) throws {
    let result = try SmallStudy.run()
    for (size, rate) in zip([1, 4, 7], rates) {
      let training = try #require(result.training(arm, size))
      #expect(training.learningRate == rate)
      #expect(training.epochs.map(\.learningRate) == [rate, rate])
    }
  }

  @Test(arguments: [("adam", "adam-sqrt"), ("sgd", "sgd-linear")])
  func atTheBaseBatchSizeScalingChangesNoBit(plain: String, scaled: String) throws {
    let result = try SmallStudy.run()
    for size in [1, 4, 7] {
      let one = try #require(result.training(plain, size)?.fingerprint)
      #expect((result.training(scaled, size)?.fingerprint == one) == (size == 4))
    }
  }

  @Test func sideBySideIsOneAfterTheOther() throws {
    let options = SmallStudy.options()
    let result = try SmallStudy.run()
    let spec = try ModelSpec(named: SmallStudy.model)
    for arm in FixedBatchSizeOptions.Arm.controlled {
      for size in options.batchSizes {
        for trial in 0..<options.trials {
          let job = FixedBatchSizeJob(
            model: spec, arm: arm, batchSize: size, trial: trial, options: options)
          let alone = try job.run(
            with: ReferenceTrainer<Float>.self, data: SmallStudy.data, isTimed: false,
            samplesDone: { _ in true })
          let expected = try #require(alone?.result.withoutTimes)
          #expect(result.training(arm.name, size, trial: trial)?.withoutTimes == expected)
        }
      }
    }
  }

  @Test func progressAddsUpToOne() throws {
    let fractions = Mutex<[Double]>([])
    let observer = StudyObserver(advanced: { _, fraction in
      fractions.withLock { $0.append(fraction) }
    })
    var options = SmallStudy.options()
    options.latencySeconds = 1e-6
    _ = try SmallStudy.run(ReferenceTrainer<Float>.self, options, observer: observer)
    let all = fractions.withLock { $0 }
    #expect(all.allSatisfy { $0 > 0 })
    // One part for each step and each latency. A part is a product over the total, two roundings,
    // and adding it up is one more; the total and the parts share the work per sample, and a
    // product and an addition for each of the 24 trainings make the total.
    let roundings = Double(all.count + 2 + 2 * 24 + 3) * 0x1p-53
    #expect(abs(all.reduce(0, +) - 1) <= roundings / (1 - roundings))
  }
}
