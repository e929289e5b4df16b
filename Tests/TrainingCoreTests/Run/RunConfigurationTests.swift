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

  @Test func `batch sizes change after whole epochs`() throws {
    var run = try configuration("mlp:4-3-2", batchSize: 2)
    run.change(batchSize: 8, afterEpochs: 5)
    run.change(batchSize: 4, afterEpochs: 2)
    #expect(
      run.batchSizeSchedule == [
        BatchSizeChange(epochs: 2, batchSize: 4), BatchSizeChange(epochs: 5, batchSize: 8),
      ])
    #expect((0..<7).map(run.batchSize(inEpoch:)) == [2, 2, 4, 4, 4, 8, 8])
    #expect((0..<7).map { run.plan(epoch: $0, count: 16).count } == [8, 8, 4, 4, 4, 2, 2])
    run.scaling = .linear
    run.baseBatchSize = 2
    #expect((0..<7).map { run.inEpoch($0).scalingFactor } == [1, 1, 2, 2, 2, 4, 4])
    #expect(run.inEpoch(6).batchSizeSchedule == nil)
    run.change(batchSize: 3, afterEpochs: 2)
    run.change(batchSize: 1, afterEpochs: 0)
    #expect((0..<7).map(run.batchSize(inEpoch:)) == [1, 1, 3, 3, 3, 8, 8])
  }

  @Test func `each batch size of a run is checked`() throws {
    var run = try configuration("mlp:4-3-2+batchnorm", batchSize: 2)
    run.change(batchSize: 3, afterEpochs: 1)
    #expect(throws: Never.self) { try run.validate(count: 12) }
    #expect(throws: RunError.groupOfOne(samples: 10, batchSize: 3, groupSize: nil)) {
      try run.validate(count: 10)
    }
    run.change(batchSize: 0, afterEpochs: 1)
    #expect(throws: RunError.batchSize(0)) { try run.validate(count: 12) }
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
