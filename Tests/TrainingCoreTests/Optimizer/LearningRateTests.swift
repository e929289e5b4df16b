import PropertyTesting
import Testing
import TrainingCore

@Suite struct LearningRateTests {
  @Test func `factors are 1, the ratio of sizes and its root`() {
    #expect(LearningRateScaling.none.factor(batchSize: 16, baseBatchSize: 64) == 1)
    #expect(LearningRateScaling.linear.factor(batchSize: 16, baseBatchSize: 64) == 0.25)
    #expect(LearningRateScaling.squareRoot.factor(batchSize: 16, baseBatchSize: 64) == 0.5)
    #expect(LearningRateScaling.linear.factor(batchSize: 256, baseBatchSize: 64) == 4)
    #expect(LearningRateScaling.squareRoot.factor(batchSize: 256, baseBatchSize: 64) == 2)
    #expect(LearningRateScaling(rawValue: "sqrt") == .squareRoot)
  }

  private func rates(_ schedule: LearningRateSchedule, steps: Int, epoch: Int = 0) -> [Double] {
    (0..<steps).map { schedule.rate(step: $0, epoch: epoch, share: 0, plateau: PlateauState()) }
  }

  @Test func `a constant rate stays`() {
    let schedule = LearningRateSchedule(base: 0.3)
    #expect(rates(schedule, steps: 3) == [0.3, 0.3, 0.3])
    #expect(
      schedule.rate(step: 1 << 40, epoch: 1 << 20, share: 0.5, plateau: PlateauState()) == 0.3)
  }

  @Test func stepDecayActsEverySoManyEpochs() {
    let schedule = LearningRateSchedule(base: 8, decay: .step(epochs: 3, factor: 0.5))
    let rates = (0..<10).map {
      schedule.rate(step: 0, epoch: $0, share: 0.9, plateau: PlateauState())
    }
    #expect(rates == [8, 8, 8, 4, 4, 4, 2, 2, 2, 1])
  }

  @Test(arguments: [0, -5])
  func stepDecayWithoutALengthActsEachEpoch(_ epochs: Int) {
    let schedule = LearningRateSchedule(base: 8, decay: .step(epochs: epochs, factor: 0.5))
    #expect(schedule.rate(step: 0, epoch: 2, share: 0, plateau: PlateauState()) == 2)
  }

  @Test func warmUpRisesLinearlyToTheRate() {
    #expect(
      rates(LearningRateSchedule(base: 8, warmUpSteps: 4), steps: 6) == [2, 4, 6, 8, 8, 8])
    let both = LearningRateSchedule(
      base: 8, warmUpSteps: 4, decay: .step(epochs: 1, factor: 0.5))
    #expect(rates(both, steps: 5, epoch: 1) == [1, 2, 3, 4, 4])
  }

  @Test func `a linear decay falls in each step, to 0 for good`() {
    let schedule = LearningRateSchedule(base: 8, decay: .linear(epochs: 2))
    func rate(_ epoch: Int, _ share: Double) -> Double {
      schedule.rate(step: 7, epoch: epoch, share: share, plateau: PlateauState())
    }
    #expect([rate(0, 0), rate(0, 0.5), rate(1, 0), rate(1, 0.75)] == [8, 6, 4, 1])
    #expect([rate(2, 0), rate(2, 0.5), rate(1 << 24, 0)] == [0, 0, 0])
    #expect(schedule.length == 2 && LearningRateSchedule(base: 8).length == nil)
  }

  @Test func `a cosine falls from the rate over its half to 0, for good`() {
    let schedule = LearningRateSchedule(base: 8, decay: .cosine(epochs: 3))
    func rate(_ epoch: Int, _ share: Double) -> Double {
      schedule.rate(step: 7, epoch: epoch, share: share, plateau: PlateauState())
    }
    #expect([rate(0, 0), rate(1, 0.5), rate(3, 0), rate(3, 0.5)] == [8, 4, 0, 0])
    let rates = (0..<3).flatMap { epoch in (0..<8).map { rate(epoch, Double($0) / 8) } }
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  /// `CosineAnnealingLR(T_max=10)` and `LinearLR(1, 0, total_iters=10)` of PyTorch 2.13, whose rates
  /// come one from the other: at most six roundings a step, and a cosine's angle and value round by no
  /// more than eight units each.
  @Test(arguments: [
    (
      LearningRateSchedule.Decay.cosine(epochs: 2),
      [
        0.1, 0.09755282581475769, 0.09045084971874738, 0.07938926261462367, 0.06545084971874739,
        0.05000000000000001, 0.03454915028125264, 0.020610737385376353, 0.009549150281252635,
        0.002447174185242324, 0.0,
      ]
    ),
    (
      .linear(epochs: 2),
      [
        0.1, 0.09000000000000001, 0.08, 0.07, 0.06000000000000001, 0.05000000000000001,
        0.04000000000000001, 0.030000000000000006, 0.020000000000000007, 0.010000000000000004, 0.0,
      ]
    ),
  ])
  func `rates are those of PyTorch's schedulers`(
    _ decay: LearningRateSchedule.Decay, _ recorded: [Double]
  ) {
    let schedule = LearningRateSchedule(base: 0.1, decay: decay)
    let rates = (0...10).map {
      schedule.rate(
        step: $0, epoch: $0 / 5, share: Double($0 % 5) / 5, plateau: PlateauState())
    }
    let bound = 0.1 * Rounding.gamma(6 * 10 + 16, of: Double.self)
    #expect(excess(rates, recorded, bounds: rates.map { _ in bound }) == nil)
  }

  @Test func `warm-up multiplies a decay`() {
    let schedule = LearningRateSchedule(base: 8, warmUpSteps: 4, decay: .linear(epochs: 1))
    let rates = (0..<8).map {
      schedule.rate(step: $0, epoch: 0, share: Double($0) / 8, plateau: PlateauState())
    }
    #expect(rates == [2, 3.5, 4.5, 5, 4, 3, 2, 1])
  }

  @Test(arguments: [0, -5, Int.min])
  func `a decay without a length lasts an epoch`(_ epochs: Int) {
    for decay in [LearningRateSchedule.Decay.linear(epochs: epochs), .cosine(epochs: epochs)] {
      let schedule = LearningRateSchedule(base: 8, decay: decay)
      let rates = [0, 1].map {
        schedule.rate(step: 0, epoch: $0, share: 0, plateau: PlateauState())
      }
      #expect(rates == [8, 0])
    }
  }

  private func reductions(
    _ losses: [Double], patience: Int = 1, threshold: Double = 0
  ) -> [Int] {
    let schedule = LearningRateSchedule(
      base: 1, decay: .plateau(patience: patience, factor: 0.5, threshold: threshold))
    var state = PlateauState()
    return losses.map { loss in
      schedule.observe(loss: loss, state: &state)
      let rate = schedule.rate(step: 0, epoch: 0, share: 0, plateau: state)
      var expected = 1.0
      for _ in 0..<state.reductions { expected /= 2 }
      #expect(rate == expected)
      return state.reductions
    }
  }

  @Test func plateauReducesOncePatienceIsExceeded() {
    #expect(reductions([5, 4, 3, 2, 1]) == [0, 0, 0, 0, 0])
    #expect(reductions([5, 5, 5, 5, 5, 5, 5]) == [0, 0, 1, 1, 2, 2, 3])
    #expect(reductions([5, 5, 4, 4, 4, 3, 3]) == [0, 0, 0, 0, 1, 1, 1])
    #expect(reductions([5, 5, 5], patience: 0) == [0, 1, 2])
    #expect(reductions([5, 6, 7], patience: 3) == [0, 0, 0])
  }

  @Test func plateauWantsMoreThanTheThreshold() {
    #expect(reductions([8, 6, 6, 6], patience: 0, threshold: 0.25) == [0, 1, 2, 3])
    #expect(reductions([8, 5.9, 4, 2.9], patience: 0, threshold: 0.25) == [0, 0, 0, 0])
  }

  /// A diverged epoch is no progress, and never becomes the best that later ones are held to.
  @Test(arguments: [Double.nan, .infinity])
  func plateauCountsADivergedEpochAsNoProgress(_ loss: Double) {
    #expect(reductions([loss, loss, 5, 4]) == [0, 1, 1, 1])
    #expect(reductions([5, loss, loss, 4, 3]) == [0, 0, 1, 1, 1])
    #expect(reductions([5, loss, 4, loss, 3]) == [0, 0, 0, 0, 0])
  }

  @Test func otherDecaysRememberNothing() {
    var state = PlateauState()
    LearningRateSchedule(base: 1).observe(loss: 3, state: &state)
    LearningRateSchedule(base: 1, decay: .step(epochs: 1, factor: 0.1)).observe(
      loss: 3, state: &state)
    #expect(state == PlateauState())
  }
}
