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
    (0..<steps).map { schedule.rate(step: $0, epoch: epoch, plateau: PlateauState()) }
  }

  @Test func `a constant rate stays`() {
    let schedule = LearningRateSchedule(base: 0.3)
    #expect(rates(schedule, steps: 3) == [0.3, 0.3, 0.3])
    #expect(schedule.rate(step: 1 << 40, epoch: 1 << 20, plateau: PlateauState()) == 0.3)
  }

  @Test func stepDecayActsEverySoManyEpochs() {
    let schedule = LearningRateSchedule(base: 8, decay: .step(epochs: 3, factor: 0.5))
    let rates = (0..<10).map { schedule.rate(step: 0, epoch: $0, plateau: PlateauState()) }
    #expect(rates == [8, 8, 8, 4, 4, 4, 2, 2, 2, 1])
  }

  @Test(arguments: [0, -5])
  func stepDecayWithoutALengthActsEachEpoch(_ epochs: Int) {
    let schedule = LearningRateSchedule(base: 8, decay: .step(epochs: epochs, factor: 0.5))
    #expect(schedule.rate(step: 0, epoch: 2, plateau: PlateauState()) == 2)
  }

  @Test func warmUpRisesLinearlyToTheRate() {
    #expect(
      rates(LearningRateSchedule(base: 8, warmUpSteps: 4), steps: 6) == [2, 4, 6, 8, 8, 8])
    let both = LearningRateSchedule(
      base: 8, warmUpSteps: 4, decay: .step(epochs: 1, factor: 0.5))
    #expect(rates(both, steps: 5, epoch: 1) == [1, 2, 3, 4, 4])
  }

  private func reductions(
    _ losses: [Double], patience: Int = 1, threshold: Double = 0
  ) -> [Int] {
    let schedule = LearningRateSchedule(
      base: 1, decay: .plateau(patience: patience, factor: 0.5, threshold: threshold))
    var state = PlateauState()
    return losses.map { loss in
      schedule.observe(loss: loss, state: &state)
      let rate = schedule.rate(step: 0, epoch: 0, plateau: state)
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
