import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

/// One transfer, watched: what learns, what moves, and what is validated.
@Suite struct TransferJobTests {
  private static let options = SmallTransfer.options()

  /// Weights never differ between the arms; only the statistics do.
  @Test func everyArmIsValidatedOnTheSameWeights() throws {
    let watched = try WatchedTransfer(batchSize: 8)
    #expect(watched.epochs.count == 3)
    for epoch in watched.epochs {
      let end = try #require(epoch.steps.last).state
      #expect(epoch.validated.count == 3)
      #expect(epoch.validated.allSatisfy { $0.parameters == end.parameters })
      #expect(Set(epoch.validated.map { Fingerprint(of: $0) }).count == 3)
    }
    let end = try #require(watched.epochs.last?.steps.last).state
    #expect(watched.transfer.fingerprint == Fingerprint(of: end).description)
  }

  /// Averages as training leaves them; with m^(B/B₀) instead of m, step by step; of the training set.
  @Test func eachArmHasTheStatisticsThatItIsNamedAfter() throws {
    let watched = try WatchedTransfer(batchSize: 8)
    var matched = watched.base.statistics
    let weight = Float(1 - Self.options.momentum * Self.options.momentum)
    for (epoch, record) in zip(watched.epochs, watched.transfer.epochs) {
      for step in epoch.steps {
        for (index, latest) in step.latest.enumerated() {
          for (channel, new) in latest.values.enumerated() {
            let old = matched[index].values[channel]
            matched[index].values[channel] = old.addingProduct(weight, new - old)
          }
        }
      }
      let end = try #require(epoch.steps.last).state
      #expect(epoch.validated[0].statistics == end.statistics)
      #expect(epoch.validated[1].statistics == matched)
      var fresh = try ReferenceTrainer<Float>(
        try watched.job.configuration(
          SmallTransfer.network(), isFirst: true, classes: 4), state: end, threads: 1)
      fresh.measureStatistics(over: SmallTransfer.data.training)
      #expect(epoch.validated[2].statistics == fresh.state.statistics)
      #expect(record.population == Self.accuracy(of: fresh))
      let arms = [record.averages, try #require(record.matched)]
      for (accuracy, state) in zip(arms, epoch.validated) {
        let trainer = try ReferenceTrainer<Float>(
          try watched.job.configuration(
            SmallTransfer.network(), isFirst: true, classes: 4), state: state, threads: 1)
        #expect(accuracy == Self.accuracy(of: trainer))
      }
    }
  }

  private static func accuracy(of trainer: ReferenceTrainer<Float>) -> Double {
    var tally = Tally()
    for batch in trainer.evaluate(SmallTransfer.data.validation, batchSize: 5) { tally.add(batch) }
    return tally.accuracy
  }

  /// For the smallest batch the momentum was chosen: matched or not, the averages are the same bits.
  @Test func atTheSmallestBatchTheMatchedAveragesAreTheTrainers() throws {
    #expect(Self.options.matchedMomentum(batchSize: 4) == Self.options.momentum)
    let watched = try WatchedTransfer(batchSize: 4)
    for (epoch, record) in zip(watched.epochs, watched.transfer.epochs) {
      #expect(epoch.validated[1] == epoch.validated[0])
      #expect(record.matched == record.averages)
      #expect(record.matchedSourceShare == record.sourceShare)
    }
  }

  @Test func shortBatchesAreDropped() throws {
    for size in [4, 8] {
      let watched = try WatchedTransfer(batchSize: size)
      let steps = SmallTransfer.data.training.count / size
      for (index, epoch) in watched.epochs.enumerated() {
        #expect(epoch.steps.map(\.samples.count) == Array(repeating: size, count: steps))
        #expect(watched.transfer.epochs[index].steps == steps * (index + 1))
      }
    }
  }

  /// The base's weights and statistics are the source's, the head is the trial's own.
  @Test func aTransferBeginsWithThePretrainedBase() throws {
    let watched = try WatchedTransfer(batchSize: 8)
    let start = try #require(watched.epochs[0].start)
    #expect(start.state.parameters.dropLast(2) == watched.base.parameters.dropLast(2))
    #expect(start.state.statistics == watched.base.statistics)
    let fresh = ModelState.initial(
      model: start.configuration.model, optimizer: start.configuration.optimizer, seed: 5)
    #expect(start.state.parameters.suffix(2) == fresh.parameters.suffix(2))
    #expect(start.state.parameters.suffix(2) != watched.base.parameters.suffix(2))
  }

  /// In the first stage the head alone learns, while the averages of the base move; in the second all
  /// but the frozen beginning.
  @Test func frozenLayersKeepTheirWeightsAndMoveTheirAverages() throws {
    let watched = try WatchedTransfer(batchSize: 8)
    let head = watched.base.parameters.count - 2
    var before = watched.base
    for (index, epoch) in watched.epochs.enumerated() {
      let isFirst = index < Self.options.first.epochs
      let model = try watched.job.configuration(
        SmallTransfer.network(), isFirst: isFirst, classes: 4
      ).model
      let layout = ParameterLayout(of: model)
      let frozen = layout.parameters.indices.filter {
        layout.parameters[$0].layer < model.frozenLayers
      }
      #expect(isFirst ? frozen == Array(0..<head) : (1..<head).contains(frozen.count))
      for step in epoch.steps {
        for place in layout.parameters.indices {
          let isKept = step.state.parameters[place] == watched.base.parameters[place]
          #expect(isKept == frozen.contains(place), "\(layout.parameters[place].name)")
        }
        for place in step.state.statistics.indices {
          #expect(step.state.statistics[place] != before.statistics[place])
        }
        before = step.state
      }
    }
  }

  /// A stage is compiled anew: its optimizer knows nothing of the stage before.
  @Test func theSecondStageGoesOnWithTheWeightsAlone() throws {
    let watched = try WatchedTransfer(batchSize: 8)
    let end = try #require(watched.epochs[1].steps.last).state
    let start = try #require(watched.epochs[2].start)
    #expect(start.state.parameters == end.parameters)
    #expect(start.state.statistics == end.statistics)
    #expect(start.state.steps == 0)
    #expect(start.state.slots.joined().allSatisfy { $0.values.allSatisfy { $0 == 0 } })
    #expect(end.slots.joined().contains { $0.values.contains { $0 != 0 } })
    #expect(start.configuration.schedule.base == Self.options.second.learningRate)
  }

  /// In inference mode frozen layers leave their averages alone; those that learn go on with theirs.
  @Test func inferenceModeLeavesFrozenStatistics() throws {
    let watched = try WatchedTransfer(batchSize: 8, isInferenceMode: true)
    for (index, epoch) in watched.epochs.enumerated() {
      let isFirst = index < Self.options.first.epochs
      let model = try watched.job.configuration(
        SmallTransfer.network(), isFirst: isFirst, classes: 4
      ).model
      let layout = ParameterLayout(of: model)
      let end = try #require(epoch.steps.last).state
      for (place, spec) in layout.statistics.enumerated() {
        let isKept = end.statistics[place] == watched.base.statistics[place]
        #expect(isKept == (spec.layer < model.frozenLayers), "\(spec.name)")
      }
      #expect(epoch.validated == [end])
      let record = watched.transfer.epochs[index]
      #expect(record.matched == nil && record.population == nil && record.sourceShare == nil)
      #expect(record.validation(.inference) == record.averages)
      #expect(record.validation(.averages) == nil)
    }
  }

  /// Another transfer than with frozen layers on batch statistics, from the same beginning.
  @Test func inferenceModeIsATrainingOfItsOwn() throws {
    let batch = try WatchedTransfer(batchSize: 8)
    let inference = try WatchedTransfer(batchSize: 8, isInferenceMode: true)
    #expect(inference.transfer.fingerprint != batch.transfer.fingerprint)
    #expect(inference.epochs[0].start?.state == batch.epochs[0].start?.state)
    #expect(
      inference.epochs.map { $0.steps.map(\.samples) }
        == batch.epochs.map { $0.steps.map(\.samples) })
  }
}
