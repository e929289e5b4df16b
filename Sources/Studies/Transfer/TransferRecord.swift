import Statistics

/// What a job of the transfer study came to: a pretraining, or a transfer.
package struct TransferRecord: Codable, Sendable {
  package var pretraining: Pretraining?
  package var transfer: Transfer?

  package struct Pretraining: Codable, Hashable, Sendable {
    /// Share of the source's test images that the base classifies correctly.
    package var accuracy: Double
    package var fingerprint: String
  }

  package struct Transfer: Codable, Hashable, Sendable {
    /// Samples per step.
    package var batchSize: Int
    /// From 0.
    package var trial: Int
    /// Whether frozen layers normalise by their moving averages in training.
    package var isInferenceMode: Bool
    package var epochs: [Epoch]
    package var fingerprint: String
  }

  package struct Epoch: Codable, Hashable, Sendable {
    /// Steps since the averages began to forget the source.
    package var steps: Int
    /// Share of training images classified correctly, each at the weights of its own step.
    package var trainingAccuracy: Double
    /// Loss per training image, likewise.
    package var trainingLoss: Double
    /// Share of validation images classified correctly with the moving averages.
    package var averages: Double
    /// The same with the matched momentum; nil in inference mode, as are the figures below.
    package var matched: Double?
    /// The same with the training set's statistics.
    package var population: Double?
    /// The share of the source's statistics that is left in the averages.
    package var sourceShare: Double?
    /// The same in the averages of matched momentum.
    package var matchedSourceShare: Double?

    /// The share of validation images classified correctly in an arm; nil where the epoch belongs
    /// to a training without that arm.
    package func validation(_ arm: TransferStudy.Arm) -> Double? {
      switch arm {
      case .averages: matched == nil ? nil : averages
      case .matched: matched
      case .population: population
      case .inference: matched == nil ? averages : nil
      }
    }
  }
}

/// The transfers of one batch size after some epochs, over all trials.
package struct TransferRow {
  /// Samples per step.
  package var batchSize: Int
  /// Epochs of both stages that are done.
  package var epochs: Int
  /// The steps t of these epochs.
  package var steps: Int
  /// Per cent of training images classified correctly in the last epoch, in each arm's training.
  package var trainingPercent: [TransferStudy.Arm: TrialMean]
  /// Per cent of validation images classified correctly in each arm.
  package var validationPercent: [TransferStudy.Arm: TrialMean]
  /// Training less validation accuracy in points, in each arm.
  package var gap: [TransferStudy.Arm: TrialMean]
  /// By how many points exact statistics validate the same weights better than moving averages.
  package var lag: TrialMean?
  /// Per cent of the gap that is lag; nil where a trial has no gap.
  package var lagSharePercent: TrialMean?
  /// The share of the source's statistics that is left in the averages.
  package var sourceShare: TrialMean?
  /// What an average that only forgets has left: mᵗ after t steps.
  package var predictedShare: Double
}

extension StudyResult<TransferStudy> {
  package var transfers: [TransferRecord.Transfer] { records.compactMap(\.transfer) }
  /// Share of the source's test images that the pretrained base classifies correctly; nil for
  /// weights from a file.
  package var sourceAccuracy: Double? { records.lazy.compactMap(\.pretraining).first?.accuracy }

  /// The epochs that the article compares batch sizes at: three quarters of all, and all.
  package var comparedEpochs: [Int] {
    let all = options.epochs
    return [max(all * 3 / 4, 1), all].reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The transfers of one batch size in the order of their trials.
  package func transfers(batchSize: Int, isInferenceMode: Bool) -> [TransferRecord.Transfer] {
    transfers.filter { $0.batchSize == batchSize && $0.isInferenceMode == isInferenceMode }
      .sorted { $0.trial < $1.trial }
  }

  /// The last of some epochs of each trial in an arm.
  private func ends(
    _ arm: TransferStudy.Arm, batchSize: Int, epochs: Int
  ) -> [(trial: Int, epoch: TransferRecord.Epoch)] {
    transfers(batchSize: batchSize, isInferenceMode: arm == .inference)
      .map { ($0.trial, $0.epochs[epochs - 1]) }
  }

  /// The gap of each trial in an arm, in points.
  private func gaps(
    _ arm: TransferStudy.Arm, batchSize: Int, epochs: Int
  ) -> [(trial: Int, gap: Double)] {
    ends(arm, batchSize: batchSize, epochs: epochs).compactMap { trial, epoch in
      epoch.validation(arm).map { (trial, 100 * (epoch.trainingAccuracy - $0)) }
    }
  }

  /// By how many points the gap of the largest batch exceeds that of the smallest after some epochs,
  /// or all: the mean of each trial's difference; nil for fewer than two trials or batch sizes.
  package func growth(_ arm: TransferStudy.Arm, epochs: Int? = nil) -> TrialMean? {
    let epochs = epochs ?? options.epochs
    guard let small = options.batchSizes.first, let large = options.batchSizes.last, small < large
    else { return nil }
    let from = gaps(arm, batchSize: small, epochs: epochs)
    let differences = gaps(arm, batchSize: large, epochs: epochs).compactMap { trial, gap in
      from.first { $0.trial == trial }.map { gap - $0.gap }
    }
    return differences.count > 1 ? TrialMean(differences) : nil
  }

  package func rows(epochs: Int) -> [TransferRow] {
    options.batchSizes.compactMap { row(batchSize: $0, epochs: epochs) }
  }

  /// The row of a batch size after some epochs, or nil where it has no transfers.
  package func row(batchSize: Int, epochs: Int) -> TransferRow? {
    let own = ends(.averages, batchSize: batchSize, epochs: epochs).map(\.epoch)
    guard let first = own.first else { return nil }
    func inEachArm(
      _ figures: (TransferStudy.Arm) -> [Double]
    ) -> [TransferStudy.Arm: TrialMean] {
      TransferStudy.Arm.allCases.reduce(into: [:]) { $0[$1] = TrialMean(figures($1)) }
    }
    let lags = own.compactMap { epoch in
      epoch.population.map {
        (lag: $0 - epoch.averages, gap: epoch.trainingAccuracy - epoch.averages)
      }
    }
    return TransferRow(
      batchSize: batchSize, epochs: epochs, steps: first.steps,
      trainingPercent: inEachArm {
        ends($0, batchSize: batchSize, epochs: epochs).map { 100 * $0.epoch.trainingAccuracy }
      },
      validationPercent: inEachArm { arm in
        ends(arm, batchSize: batchSize, epochs: epochs)
          .compactMap { $0.epoch.validation(arm).map { 100 * $0 } }
      },
      gap: inEachArm { gaps($0, batchSize: batchSize, epochs: epochs).map(\.gap) },
      lag: TrialMean(lags.map { 100 * $0.lag }),
      lagSharePercent: lags.allSatisfy { $0.gap > 0 }
        ? TrialMean(lags.map { 100 * ($0.lag / $0.gap) }) : nil,
      sourceShare: TrialMean(own.compactMap(\.sourceShare)),
      predictedShare: predictedShare(steps: first.steps))
  }

  /// The share of the source's statistics that is left after t steps if averages only forget: mᵗ.
  package func predictedShare(steps: Int) -> Double {
    (0..<steps).reduce(1) { share, _ in share * options.momentum }
  }
}
