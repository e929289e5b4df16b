import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// What normalising layers measure: of a whole data set, of the last pass, and by moving averages.
@Suite struct ReferenceTrainerStatisticsTests {
  private static let model =
    "4x3x2 conv3k3p1 batchnorm relu6 maxpool2s1 movingnorm depthwise3 kerasnorm globalpool dense4"

  private static func configuration(_ words: String = model) throws -> RunConfiguration {
    try RunConfiguration(words: words, .sgd(SGDSpec(momentum: 0.9)), seed: 8)
  }

  private static func trainer(_ words: String = model) throws -> ReferenceTrainer<Float> {
    try ReferenceTrainer(configuration(words))
  }

  /// The first layer's inputs are the data: their mean and variance over all samples and positions,
  /// by two passes in Double.
  ///
  /// Those are off by at most γ of n values' magnitudes: of the mean n roundings, of a centred square
  /// some more, and a rounding to Float at the end. A sample at a time there are three roundings of a
  /// mean and five of a sum of squares more for each.
  @Test(arguments: [1, 7, 40], [0.0, 100])
  func theFirstLayersAreThoseOfTheData(_ count: Int, _ offset: Float) throws {
    var trainer = try Self.trainer("3x2x2 batchnorm dense4")
    var random = RandomNumbers(seed: UInt64(count))
    let inputs = random.uniforms(count * 12).map { $0 + offset }
    let examples = Examples(
      shape: trainer.model.input, classCount: 4, inputs: inputs,
      labels: random.labels(count, classes: 4))
    trainer.measureStatistics(over: examples)
    for channel in 0..<2 {
      let values = stride(from: channel, to: inputs.count, by: 2).map { Double(inputs[$0]) }
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      let largest = values.reduce(0) { max($0, $1.magnitude) }
      let gamma = Rounding.gamma(8 * values.count + 8, of: Double.self)
      let meanBound = 2 * gamma * largest
      // A mean that is off by e moves every distance, of at most 2·largest, by e.
      let squareBound =
        2 * gamma * variance + meanBound * (4 * largest + meanBound)
      let u = Double(Float.ulpOfOne) / 2
      let actual = trainer.state.statistics.map { Double($0.values[channel]) }
      #expect(
        excess(
          actual, [mean, variance],
          bounds: [
            meanBound + u * (mean.magnitude + meanBound),
            squareBound + u * (variance + squareBound),
          ]) == nil)
    }
  }

  /// Layer after layer, the ones before normalising by what was measured: the same as a sample at a
  /// time through the layers before, bit for bit.
  ///
  /// So how samples are divided can't matter.
  @Test func eachLayersAreThoseOfItsInputsASampleAtATime() throws {
    var trainer = try Self.trainer()
    let examples = Examples.random(13, for: trainer.model, seed: 3)
    trainer.measureStatistics(over: examples)
    let model = trainer.model
    let layout = ParameterLayout(of: model)
    var norm = 0
    for case (let index, .batchNorm(let spec)) in model.layers.enumerated() {
      // The layers before, with their weights and what was measured for them.
      let before = try ModelSpec(
        name: "before", input: model.input, layers: Array(model.layers.prefix(index)))
      let state = trainer.state
      let names = ParameterLayout(of: before)
      let head = ModelState(
        parameters: Array(state.parameters.prefix(names.parameters.count)),
        statistics: Array(state.statistics.prefix(names.statistics.count)), slots: [])
      let configuration = RunConfiguration(
        model: before, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 1),
        batchSize: 1, seed: 0)
      let part = try ReferenceTrainer<Float>(configuration, state: head)
      let image = try model.shapes()[index]
      let positions = image.count / image.channels
      var moments = (0..<spec.features).map { _ in PopulationMoments(positions: positions) }
      for sample in 0..<examples.count {
        let values = part.outputs(for: Batch([sample], of: examples)).map(Double.init)
        for channel in 0..<spec.features {
          let own = stride(from: channel, to: values.count, by: spec.features).map { values[$0] }
          let mean = own.reduce(0, +) / Double(positions)
          moments[channel].add(
            mean: mean, squares: own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
        }
      }
      let measured = trainer.state.statistics[2 * norm..<2 * norm + 2].map(\.values)
      #expect(difference(measured[0], moments.map { Float($0.mean) }) == nil)
      #expect(difference(measured[1], moments.map { Float($0.variance) }) == nil)
      #expect(layout.statistics[2 * norm].layer == index)
      norm += 1
    }
    #expect(norm == 3)
  }

  /// Nothing but the averages changes, and measuring again changes nothing.
  @Test func `measuring statistics changes nothing else`() throws {
    var trainer = try Self.trainer()
    let examples = Examples.random(9, for: trainer.model)
    _ = trainer.train(on: [0, 1, 2, 3], of: examples, epoch: 0, learningRate: 0.1)
    let (before, latest) = (trainer.state, trainer.latestStatistics)
    trainer.measureStatistics(over: examples)
    var after = trainer.state
    #expect(difference(after.statistics, before.statistics) != nil)
    after.statistics = before.statistics
    #expect(difference(after, before) == nil)
    #expect(trainer.latestStatistics == latest)
    let once = trainer.state
    trainer.measureStatistics(over: examples)
    #expect(trainer.state == once)
  }

  /// Runs some steps, and returns the trainer with what each step's averages took in.
  private static func run(
    _ words: String = model, momentum: Double, steps: Int = 6
  ) throws -> (trainer: ReferenceTrainer<Float>, latest: [[Tensor]]) {
    var configuration = try configuration(words)
    configuration.model = try configuration.model.mappingBatchNorm { $1.momentum = momentum }
    var trainer = try ReferenceTrainer<Float>(configuration)
    let examples = Examples.random(20, for: trainer.model)
    var latest: [[Tensor]] = []
    for step in 0..<steps {
      let first = 3 * step
      _ = trainer.train(
        on: ArraySlice(first..<first + 5), of: examples, epoch: 0, learningRate: 0.1)
      latest.append(trainer.latestStatistics)
    }
    return (trainer, latest)
  }

  /// The momentum of moving averages is nothing to what is learned: weights and optimizer state are
  /// the same, bit for bit, and so is what each step took in.
  @Test func theMomentumOfAveragesChangesNoWeight() throws {
    let (slow, quick) = (try Self.run(momentum: 0.01), try Self.run(momentum: 0.5))
    var (a, b) = (slow.trainer.state, quick.trainer.state)
    #expect(difference(a.statistics, b.statistics) != nil)
    (a.statistics, b.statistics) = ([], [])
    #expect(difference(a, b) == nil)
    for (one, other) in zip(slow.latest, quick.latest) { #expect(difference(one, other) == nil) }
  }

  /// So the averages of any momentum follow from one run: r ← r + m (new − r), bit for bit.
  @Test(arguments: [0.1, 0.5, 1]) func latestStatisticsMakeTheAveragesOfAnyMomentum(
    _ momentum: Double
  ) throws {
    let recorded = try Self.run(momentum: 0.01).latest
    let expected = try Self.run(momentum: momentum).trainer
    var averages = ModelState.initial(
      model: expected.model, optimizer: .sgd(SGDSpec()), seed: 8
    ).statistics
    let m = Float(momentum)
    // The layer that normalises by its averages keeps them.
    let moving = ParameterLayout(of: expected.model).statistics.map {
      expected.model.layers[$0.layer].batchStatistics == nil
    }
    for latest in recorded {
      for (index, tensor) in latest.enumerated() where !moving[index] {
        averages[index].values = zip(averages[index].values, tensor.values).map { r, new in
          r.addingProduct(m, new - r)
        }
      }
    }
    #expect(difference(averages, expected.state.statistics) == nil)
    #expect(moving == [false, false, true, true, false, false])
  }

  /// With ghost groups the averages take each group in turn, and the last is what is remembered.
  @Test func ofGhostGroupsTheLastIsTheLatest() throws {
    let words = { (norm: String) in "3x2x2 \(norm) dense4" }
    func latest(_ norm: String, _ samples: [Int]) throws -> [Tensor] {
      var trainer = try Self.trainer(words(norm))
      let examples = Examples.random(10, for: trainer.model)
      _ = trainer.accumulateGradient(of: Batch(samples, of: examples))
      return trainer.latestStatistics
    }
    #expect(
      difference(try latest("ghost4", Array(0..<10)), try latest("batchnorm", [8, 9])) == nil)
  }

  /// A pass that doesn't move the averages leaves no trace; one that does, moves frozen layers' too.
  @Test func onlyPassesInTrainingAreRemembered() throws {
    var trainer = try Self.trainer(Self.model + " frozen9")
    let examples = Examples.random(8, for: trainer.model)
    let batch = Batch(0..<8, of: examples)
    let before = trainer.latestStatistics
    _ = trainer.evaluate(batch)
    _ = trainer.trainingTally(of: batch, updatesAverages: false)
    #expect(trainer.latestStatistics == before && trainer.state.batchesTracked == 0)
    _ = trainer.trainingTally(of: batch, updatesAverages: true)
    #expect(trainer.latestStatistics != before && trainer.state.batchesTracked == 1)
  }

  /// Where no layer takes statistics there is no batch to track.
  @Test func movingAveragesAloneTrackNothing() throws {
    var trainer = try Self.trainer("3 dense4 movingnorm dense2")
    let examples = Examples.random(4, for: trainer.model)
    _ = trainer.accumulateGradient(of: Batch(0..<4, of: examples))
    #expect(trainer.state.batchesTracked == 0)
  }
}
