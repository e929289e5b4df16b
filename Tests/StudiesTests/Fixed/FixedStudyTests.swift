import ReferenceTraining
import Synchronization
import Testing
import TrainingCore
@testable import Studies

@Suite struct FixedStudyTests {
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
      #expect(training.epochs.allSatisfy { $0.publishedLoss > 0 })
      #expect(
        training.epochs.allSatisfy { ($0.seconds != nil) == (training.arm == "adam") })
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

  /// Twelve trainings at a time are the trainings that run one after the other.
  @Test func sideBySideIsOneAfterTheOther() throws {
    var options = SmallStudy.options()
    options.isTimed = false
    let study = try SmallStudy.study(options)
    let alone = try study.result(with: ReferenceTrainer<Float>.self, jobsAtOnce: 1)
    let together = try study.result(with: ReferenceTrainer<Float>.self, jobsAtOnce: 12)
    #expect(alone.trainings.count == 24)
    #expect(alone.trainings == together.trainings)
    let timed = try SmallStudy.run().trainings.map(\.withoutTimes)
    #expect(alone.trainings == timed)
    #expect(alone.latencies.isEmpty && alone.energies.isEmpty)
  }

  @Test func progressAddsUpToOne() throws {
    let fractions = Mutex<[Double]>([])
    let observer = StudyObserver(advanced: { _, fraction in
      fractions.withLock { $0.append(fraction) }
    })
    var options = SmallStudy.options()
    options.isTimed = false
    _ = try SmallStudy.run(ReferenceTrainer<Float>.self, options, observer: observer)
    let all = fractions.withLock { $0 }
    #expect(all.allSatisfy { $0 > 0 })
    // One part for each step. A part is a quotient, a product and a quotient, three roundings, and
    // adding it up is one more; the total and the parts share the work of each of the 24 trainings,
    // whose sum has a rounding for each.
    let roundings = Double(all.count + 3 + 24) * 0x1p-53
    #expect(abs(all.reduce(0, +) - 1) <= roundings / (1 - roundings))
  }
}
