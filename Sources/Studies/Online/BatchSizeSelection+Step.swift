import TrainingCore

/// One iteration of online selection.
package struct SelectionRecord: Hashable, Sendable {
  /// The candidates' average losses in their order; empty where nothing was scored, since chance
  /// decides or there is one candidate.
  package var losses: [Double]
  /// The place of the chosen candidate.
  package var choice: Int
  /// Whether other candidates were as good.
  package var isTie: Bool
  /// Loss and hits of the parts that were trained on, each before its own step.
  package var tally: Tally
  /// Samples that were run forward to score candidates.
  package var scoredSamples: Int
}

extension BatchSizeSelection {
  /// Chooses a batch size for a base batch, given as indices into the examples, and trains on it.
  ///
  /// Epochs and their iterations count from 0; the learning rate is that of the base batch size.
  package func train<T: OnlineSelectionTrainer>(
    _ trainer: inout T, on samples: ArraySlice<Int>, of examples: Examples, epoch: Int,
    iteration: Int, seed: UInt64, learningRate: Double
  ) -> SelectionRecord {
    precondition(samples.count == baseBatchSize, "an iteration has a whole base batch")
    func parts(of size: Int) -> [ArraySlice<Int>] {
      stride(from: samples.startIndex, to: samples.endIndex, by: size).map {
        samples[$0..<$0 + size]
      }
    }
    /// The epoch that dropout masks are drawn for: each candidate has its own, known by its size
    /// and not by its place among the others, and so have the masks that none is scored with.
    func maskEpoch(of candidate: Int?) -> Int { epoch * (baseBatchSize + 1) + (candidate ?? 0) }
    func loss(inPartsOf size: Int, masksOf candidate: Int?, updatesAverages: Bool) -> Double {
      parts(of: size).reduce(into: Tally()) { tally, part in
        let batch = Batch(part, of: examples, epoch: maskEpoch(of: candidate))
        tally.add(trainer.trainingTally(of: batch, updatesAverages: updatesAverages))
      }.loss.mean
    }

    let scored = scoredSizes(for: trainer.model)
    let couples = couples(trainer.model)
    var losses = scored.map { size in
      loss(
        inPartsOf: couples ? size : baseBatchSize, masksOf: masks == .shared ? nil : size,
        updatesAverages: false)
    }
    if scored.count == 1 { losses = Array(repeating: losses[0], count: candidates.count) }
    let words = RandomField(seed: seed, purpose: .batchSize)
      .words(epoch: epoch, sample: iteration, quad: 0)
    let (choice, isTie) = choice(losses: losses, chance: Double(words[0]) * 0x1p-32)
    let size = candidates[choice]
    let stepEpoch = maskEpoch(of: masks == .own ? size : nil)
    if procedure == .published, trainer.model.layers.contains(where: { $0.batchStatistics != nil })
    {
      for candidate in candidates where candidate != size {
        _ = loss(inPartsOf: candidate, masksOf: candidate, updatesAverages: true)
      }
    }
    var record = SelectionRecord(
      losses: losses, choice: choice, isTie: isTie, tally: Tally(),
      scoredSamples: scored.count * baseBatchSize)
    // The linear rule of `LearningRateScaling`, but multiplied before it is divided: the rounding
    // differs from that of its factor where a size is no power of two, and the bits are to stay.
    let rate = learningRate * Double(size) / Double(baseBatchSize)
    switch procedure {
    case .described:
      for part in parts(of: size) {
        record.tally.add(
          trainer.train(on: part, of: examples, epoch: stepEpoch, learningRate: rate))
      }
    case .published:
      var stale = trainer
      for part in parts(of: size) {
        record.tally.add(
          stale.accumulateGradient(of: Batch(part, of: examples, epoch: stepEpoch)))
        trainer.takeGradient(from: stale)
        trainer.step(learningRate: rate, batchSize: size)
      }
    }
    if record.losses.isEmpty, candidates.count > 1, criterion != .random {
      record.losses = Array(repeating: record.tally.loss.mean, count: candidates.count)
    }
    return record
  }

  /// The candidates whose losses must be computed, as few as all can be known from.
  ///
  /// Where no candidate can differ, the whole base batch's loss is everyone's; where the first one
  /// is the whole base batch, its step will tell.
  private func scoredSizes(for model: ModelSpec) -> [Int] {
    guard candidates.count > 1, criterion != .random else { return [] }
    if canDiffer(for: model) { return candidates }
    return candidates[0] == baseBatchSize ? [] : [baseBatchSize]
  }
}
