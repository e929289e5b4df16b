import Testing
import TrainingCore

@Suite struct RunConfigurationTests {
  private func configuration(_ model: String, batchSize: Int) throws -> RunConfiguration {
    RunConfiguration(
      model: try ModelSpec(named: model), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 1), batchSize: batchSize, seed: 9)
  }

  @Test func plansFollowTheSeedAndTheEpoch() throws {
    var run = try configuration("mlp:4-3-2", batchSize: 3)
    #expect(run.plan(epoch: 4, count: 10).order == Permutation.random(count: 10, seed: 9, epoch: 4))
    #expect(run.plan(epoch: 4, count: 10).count == 4)
    run.dropsLast = true
    #expect(run.plan(epoch: 4, count: 10).count == 3)
    run.shuffles = false
    #expect(run.plan(epoch: 4, count: 10).order == Array(0..<10))
  }

  @Test func ordersDoNotDependOnTheBatchSize() throws {
    let small = try configuration("mlp:4-3-2", batchSize: 1)
    let large = try configuration("mlp:4-3-2+batchnorm", batchSize: 64)
    #expect(small.plan(epoch: 2, count: 99).order == large.plan(epoch: 2, count: 99).order)
  }

  @Test func scalingFactorIsThatOfTheBatchSize() throws {
    var run = try configuration("mlp:4-3-2", batchSize: 16)
    run.scaling = .linear
    #expect(run.scalingFactor == 0.25)
    run.baseBatchSize = 4
    #expect(run.scalingFactor == 4)
  }

  @Test func wantsAtLeastOneBatch() throws {
    var run = try configuration("mlp:4-3-2", batchSize: 8)
    #expect(throws: Never.self) { try run.validate(count: 1) }
    #expect(throws: RunError.noBatch(samples: 0, batchSize: 8)) { try run.validate(count: 0) }
    run.dropsLast = true
    #expect(throws: RunError.noBatch(samples: 7, batchSize: 8)) { try run.validate(count: 7) }
    #expect(throws: Never.self) { try run.validate(count: 8) }
  }

  @Test(arguments: [0, -1, Int.min])
  func refusesABatchOfNothing(_ size: Int) throws {
    var run = try configuration("mlp:4-3-2", batchSize: size)
    #expect(throws: RunError.batchSize(size)) { try run.validate(count: 10) }
    run.batchSize = 4
    run.baseBatchSize = size
    #expect(throws: RunError.batchSize(size)) { try run.validate(count: 10) }
    run.baseBatchSize = 4
    run.microBatchSize = size
    #expect(throws: RunError.batchSize(size)) { try run.validate(count: 10) }
  }

  /// Every case up to 40 samples, against the groups that the plan really makes.
  @Test(arguments: [nil, 2, 3, 4, 8, 100], [false, true])
  func refusesAGroupOfOneUnderBatchNormalisation(_ groupSize: Int?, _ dropsLast: Bool) throws {
    for microBatchSize in [nil, 1, 2, 3, 5, 20] {
      try refusesAGroupOfOne(groupSize, dropsLast, microBatchSize)
    }
  }

  private func refusesAGroupOfOne(
    _ groupSize: Int?, _ dropsLast: Bool, _ microBatchSize: Int?
  ) throws {
    let suffix = groupSize.map { "+ghost\($0)" } ?? "+batchnorm"
    for batchSize in [1, 2, 3, 4, 5, 7, 8, 9, 16, Int.max] {
      var run = try configuration("mlp:4-3-2\(suffix)", batchSize: batchSize)
      run.dropsLast = dropsLast
      run.microBatchSize = microBatchSize
      for count in 1...40 {
        let plan = run.plan(epoch: 0, count: count)
        guard plan.count > 0 else { continue }
        let hasGroupOfOne = (0..<plan.count).contains { index in
          let batch = plan[index].count
          return stride(from: 0, to: batch, by: microBatchSize ?? batch).contains { start in
            var left = min(batch - start, microBatchSize ?? batch)
            while left > groupSize ?? left { left -= groupSize ?? left }
            return left == 1
          }
        }
        if hasGroupOfOne {
          let error = RunError.groupOfOne(
            samples: count, batchSize: batchSize, microBatchSize: microBatchSize,
            groupSize: groupSize)
          #expect(throws: error) { try run.validate(count: count) }
        } else {
          #expect(throws: Never.self) { try run.validate(count: count) }
        }
      }
    }
  }

  @Test func withoutBatchNormalisationOneSampleIsEnough() throws {
    let run = try configuration("mlp:4-3-2+dropout0.5", batchSize: 1)
    #expect(throws: Never.self) { try run.validate(count: 1) }
  }

  @Test func errorsAreOneLineThatNamesTheNumbers() {
    let errors: [(RunError, [String])] = [
      (.batchSize(-3), ["-3", "1 or more"]),
      (.scaledDecay(batchSize: 640, baseBatchSize: 64), ["640/64", "below 0"]),
      (.noBatch(samples: 7, batchSize: 8), ["7", "8"]),
      (.groupOfOne(samples: 65, batchSize: 32, groupSize: 16), ["65", "32", "16"]),
      (.groupOfOne(samples: 65, batchSize: 32, groupSize: nil), ["65", "32"]),
      (
        .groupOfOne(samples: 65, batchSize: 32, microBatchSize: 31, groupSize: nil),
        ["65", "32", "31"]
      ),
    ]
    for (error, words) in errors {
      #expect(!error.description.contains("\n"))
      for word in words { #expect(error.description.contains(word)) }
    }
  }
}
