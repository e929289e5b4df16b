import OptimizedTraining
import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

/// What online selection chooses, and what its steps are.
@Suite struct BatchSizeSelectionTests {
  private static let examples = SmallStudy.examples(64)

  private static func configuration(
    _ model: String, momentum: Double = 0.9
  ) throws -> RunConfiguration {
    RunConfiguration(
      model: try ModelSpec(named: model), optimizer: .sgd(SGDSpec(momentum: momentum)),
      schedule: LearningRateSchedule(base: 0.1), batchSize: 16, seed: 3)
  }

  private static func selection(
    _ criterion: BatchSizeSelection.Criterion = .minimum,
    _ procedure: BatchSizeSelection.Procedure = .described,
    _ masks: BatchSizeSelection.Masks = .own,
    of candidates: [Int] = [16, 8, 4]
  ) throws -> BatchSizeSelection {
    try BatchSizeSelection(
      criterion, procedure: procedure, masks: masks, baseBatchSize: 16, candidates: candidates)
  }

  /// Twelve iterations over three epochs.
  private static func run<T: OnlineSelectionTrainer>(
    _ selection: BatchSizeSelection, _ model: String, momentum: Double = 0.9, with type: T.Type
  ) throws -> (records: [SelectionRecord], state: ModelState) {
    var trainer = try T(configuration(model, momentum: momentum), state: nil, threads: 2)
    var records: [SelectionRecord] = []
    for step in 0..<12 {
      let start = step % 4 * 16
      records.append(
        selection.train(
          &trainer, on: ArraySlice(Array(0..<64))[start..<start + 16], of: examples,
          epoch: step / 4, iteration: step % 4, seed: 1, learningRate: 0.1))
    }
    return (records, trainer.state)
  }

  private static func run(
    _ selection: BatchSizeSelection, _ model: String
  ) throws -> (records: [SelectionRecord], state: ModelState) {
    try run(selection, model, with: ReferenceTrainer<Float>.self)
  }

  /// Without coupling and with shared masks all candidates have one loss: online selection *is*
  /// training with the first candidate, bit for bit, whatever the criterion.
  @Test(
    arguments: ["mlp:4-8-3", "mlp:4-8-3+tanh+ghost4", "mlp:4-8-3+dropout0.5"],
    [BatchSizeSelection.Criterion.minimum, .maximum])
  func withoutCouplingEveryIterationIsATie(
    _ model: String, _ criterion: BatchSizeSelection.Criterion
  ) throws {
    let online = try Self.run(Self.selection(criterion, .described, .shared), model)
    let fixed = try Self.run(Self.selection(criterion, .described, .shared, of: [16]), model)
    #expect(online.records.allSatisfy { $0.isTie && $0.choice == 0 && $0.scoredSamples == 0 })
    #expect(online.records.allSatisfy { Set($0.losses).count == 1 && $0.losses.count == 3 })
    #expect(online.state == fixed.state)
    let optimized = try Self.run(
      Self.selection(criterion, .described, .shared), model, with: OptimizedTrainer.self)
    #expect(optimized.state == fixed.state)
  }

  /// Why that is so: asked one by one, the candidates' losses are the same bits.
  @Test(arguments: ["mlp:4-8-3", "mlp:4-8-3+ghost4", "mlp:4-8-3+dropout0.5"])
  func askedOneByOneTheLossesAreEqual(_ model: String) throws {
    var trainer = try ReferenceTrainer<Float>(Self.configuration(model))
    let losses = [16, 8, 4].map { size in
      var tally = Tally()
      for start in stride(from: 0, to: 16, by: size) {
        tally.add(
          trainer.trainingTally(
            of: Batch(start..<start + size, of: Self.examples), updatesAverages: false))
      }
      return tally
    }
    #expect(Set(losses).count == 1)
  }

  /// Dropout with masks of their own and batch normalisation make the candidates differ.
  @Test(arguments: ["mlp:4-8-3+dropout0.5", "mlp:4-8-3+batchnorm", "mlp:4-8-3+ghost8"])
  func masksAndStatisticsMakeTheLossesDiffer(_ model: String) throws {
    let (records, _) = try Self.run(Self.selection(), model)
    #expect(records.contains { !$0.isTie && Set($0.losses).count > 1 })
    #expect(records.allSatisfy { $0.scoredSamples == 3 * 16 })
    for record in records { #expect(record.losses[record.choice] == record.losses.min()) }
    let (opposite, _) = try Self.run(Self.selection(.maximum), model)
    for record in opposite { #expect(record.losses[record.choice] == record.losses.max()) }
  }

  /// A candidate's loss and masks are its own, wherever it stands in the list.
  @Test(
    arguments: ["mlp:4-8-3+dropout0.5", "mlp:4-8-3+batchnorm+dropout0.5"],
    [BatchSizeSelection.Procedure.described, .published])
  func theOrderOfScoringPlaysNoPart(
    _ model: String, _ procedure: BatchSizeSelection.Procedure
  ) throws {
    let first = try Self.selection(.minimum, procedure)
    let (forward, state) = try Self.run(first, model)
    for order in [[4, 8, 16], [8, 16, 4]] {
      let other = try Self.selection(.minimum, procedure, of: order)
      let (records, otherState) = try Self.run(other, model)
      #expect(forward.contains { !$0.isTie })
      #expect(records.map { order[$0.choice] } == forward.map { first.candidates[$0.choice] })
      #expect(otherState.parameters == state.parameters)
    }
  }

  /// Both trainers choose the same and end with the same bits.
  @Test(
    arguments: ["mlp:4-8-3+dropout0.5", "mlp:4-8-3+batchnorm"],
    [BatchSizeSelection.Procedure.described, .published])
  func bothTrainersDoTheSame(
    _ model: String, _ procedure: BatchSizeSelection.Procedure
  ) throws {
    for masks in BatchSizeSelection.Masks.allCases {
      let selection = try Self.selection(.minimum, procedure, masks)
      let reference = try Self.run(selection, model)
      let optimized = try Self.run(selection, model, with: OptimizedTrainer.self)
      #expect(reference.records == optimized.records)
      #expect(reference.state == optimized.state)
    }
  }

  /// A fresh pass is made with other masks than those that scored.
  @Test func freshMasksAreOthers() throws {
    let model = "mlp:4-8-3+dropout0.5"
    let (own, _) = try Self.run(Self.selection(), model)
    let (fresh, _) = try Self.run(Self.selection(.minimum, .described, .fresh), model)
    #expect(own[0].losses == fresh[0].losses)
    #expect(own[0].tally != fresh[0].tally)
  }

  /// Parts that are copies of each other have equal gradients g.
  ///
  /// The published loop then moves the
  /// weights (k + 1)/2 times as far as one step at the whole rate, which is how far the described
  /// method moves them to first order.
  @Test(arguments: [1, 2, 4])
  func thePublishedLoopWeighsPartsTooMuch(_ parts: Int) throws {
    let same = SmallStudy.examples(16).selecting((0..<16).map { $0 % 4 })
    let configuration = try Self.configuration("mlp:4-8-3", momentum: 0)
    let rate = 0.25
    func moved(_ selection: BatchSizeSelection?) throws -> [Float] {
      var trainer = try ReferenceTrainer<Float>(configuration)
      if let selection {
        _ = selection.train(
          &trainer, on: ArraySlice(0..<16), of: same, epoch: 0, iteration: 0, seed: 1,
          learningRate: rate)
      } else {
        _ = trainer.train(
          on: ArraySlice(0..<16), of: same, epoch: 0,
          learningRate: rate * Double(parts + 1) / 2)
      }
      return trainer.state.parameters.flatMap(\.values)
    }
    let before = try ReferenceTrainer<Float>(configuration).state.parameters.flatMap(\.values)
    let published = try moved(Self.selection(.minimum, .published, of: [16 / parts]))
    let expected = try moved(nil)
    // Each of at most four steps rounds a weight once, and its gradient sums over at most 16 samples
    // twice differently: so many units of the larger of weight and displacement.
    for (index, weight) in published.enumerated() {
      let scale = max(
        before[index].magnitude, weight.magnitude, (weight - before[index]).magnitude)
      #expect((weight - expected[index]).magnitude <= 40 * scale * Float.ulpOfOne)
    }
    let displacement = zip(expected, before).map { $0 - $1 }
    #expect(displacement.contains { $0.magnitude > Float.ulpOfOne * 1000 })
    if parts > 1 {
      let described = try moved(Self.selection(.minimum, .described, of: [16 / parts]))
      let ratio = zip(described, before).map { $0 - $1 }.reduce(0) { $0 + Double($1 * $1) }
      #expect(ratio.squareRoot() < displacement.reduce(0) { $0 + Double($1 * $1) }.squareRoot())
    }
  }

  /// Scoring as described leaves the moving averages to the parts that are trained on.
  ///
  /// In the published loop every candidate's forward passes go into them.
  @Test func movingAveragesSeeWhatTheProcedureSays() throws {
    let model = "mlp:4-8-3+batchnorm"
    let described = try Self.run(Self.selection(), model)
    let trained = described.records.reduce(0) { $0 + 16 / [16, 8, 4][$1.choice] }
    #expect(described.state.batchesTracked == trained)
    let published = try Self.run(Self.selection(.minimum, .published), model)
    #expect(published.state.batchesTracked == 12 * (1 + 2 + 4))
  }

  @Test func chanceChoosesAllAlike() throws {
    let selection = try Self.selection(.random)
    var trainer = try ReferenceTrainer<Float>(Self.configuration("mlp:4-8-3"))
    var counts = [0, 0, 0]
    for step in 0..<300 {
      let record = selection.train(
        &trainer, on: ArraySlice(0..<16), of: Self.examples, epoch: step, iteration: 0, seed: 1,
        learningRate: 0)
      counts[record.choice] += 1
      #expect(record.losses.isEmpty && !record.isTie && record.scoredSamples == 0)
    }
    // By Hoeffding's bound a third is off by 65 with a probability below 2·exp(−2·65²/300) < 10⁻¹².
    #expect(counts.allSatisfy { abs($0 - 100) < 65 })
  }

  @Test func tiesGoToTheFirst() throws {
    let selection = try Self.selection()
    #expect(selection.choice(losses: [2, 1, 1], chance: 0.9) == (1, true))
    #expect(selection.choice(losses: [1, 2, 1], chance: 0.9) == (0, true))
    #expect(selection.choice(losses: [3, 2, 1], chance: 0) == (2, false))
    let maximum = try Self.selection(.maximum)
    #expect(maximum.choice(losses: [1, 2, 2], chance: 0) == (1, true))
    let random = try Self.selection(.random)
    #expect(random.choice(losses: [], chance: 1 - 0x1p-32) == (2, false))
  }

  @Test func candidatesMustDivideTheBaseBatch() {
    #expect(throws: StudyError.candidateDoesNotDivide(candidate: 5, baseBatchSize: 16)) {
      try Self.selection(of: [16, 5])
    }
    #expect(throws: StudyError.candidateDoesNotDivide(candidate: 0, baseBatchSize: 16)) {
      try Self.selection(of: [0])
    }
    #expect(throws: StudyError.candidatesNotDistinct([8, 8])) { try Self.selection(of: [8, 8]) }
    #expect(throws: StudyError.candidatesNotDistinct([])) { try Self.selection(of: []) }
  }
}
