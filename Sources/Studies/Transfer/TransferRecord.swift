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
struct TransferRow {
  /// In the order of their trials.
  let transfers: [TransferRecord.Transfer]
  let batchSize: Int
  /// Epochs of both stages that are done.
  let epochs: Int

  /// The steps t of these epochs.
  var steps: Int { ends(.averages).first?.epoch.steps ?? 0 }
  /// Per cent of training images classified correctly in the last epoch, in an arm's training.
  func trainingPercent(_ arm: TransferStudy.Arm) -> TrialMean? {
    TrialMean(ends(arm).map { 100 * $0.epoch.trainingAccuracy })
  }
  /// Per cent of validation images classified correctly in an arm.
  func validationPercent(_ arm: TransferStudy.Arm) -> TrialMean? {
    TrialMean(ends(arm).compactMap { $0.epoch.validation(arm).map { 100 * $0 } })
  }
  /// Training less validation accuracy in an arm, in points.
  func gap(_ arm: TransferStudy.Arm) -> TrialMean? { TrialMean(gaps(arm).map(\.gap)) }
  /// By how many points exact statistics validate the same weights better than moving averages.
  var lag: TrialMean? { TrialMean(lags.map { 100 * $0.lag }) }
  /// Per cent of the gap that is lag; nil where a trial has no gap.
  var lagSharePercent: TrialMean? {
    lags.allSatisfy { $0.gap > 0 } ? TrialMean(lags.map { 100 * ($0.lag / $0.gap) }) : nil
  }
  /// The share of the source's statistics that is left in the averages.
  var sourceShare: TrialMean? { TrialMean(ends(.averages).compactMap(\.epoch.sourceShare)) }

  private var lags: [(lag: Double, gap: Double)] {
    ends(.averages).compactMap { _, epoch in
      epoch.population.map { ($0 - epoch.averages, epoch.trainingAccuracy - epoch.averages) }
    }
  }

  /// The last of the epochs of each trial in an arm.
  private func ends(
    _ arm: TransferStudy.Arm
  ) -> [(trial: Int, epoch: TransferRecord.Epoch)] {
    transfers.filter { $0.isInferenceMode == (arm == .inference) }
      .map { ($0.trial, $0.epochs[epochs - 1]) }
  }

  /// The gap of each trial in an arm, in points.
  func gaps(_ arm: TransferStudy.Arm) -> [(trial: Int, gap: Double)] {
    ends(arm).compactMap { trial, epoch in
      epoch.validation(arm).map { (trial, 100 * (epoch.trainingAccuracy - $0)) }
    }
  }
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

  /// By how many points the gap of the largest batch exceeds that of the smallest after some epochs,
  /// or all: the mean of each trial's difference; nil for fewer than two trials or batch sizes.
  package func growth(_ arm: TransferStudy.Arm, epochs: Int? = nil) -> TrialMean? {
    let epochs = epochs ?? options.epochs
    guard let small = options.batchSizes.first, let large = options.batchSizes.last, small < large
    else { return nil }
    let from = cells(batchSize: small, epochs: epochs).gaps(arm)
    let differences = cells(batchSize: large, epochs: epochs).gaps(arm).compactMap { trial, gap in
      from.first { $0.trial == trial }.map { gap - $0.gap }
    }
    return differences.count > 1 ? TrialMean(differences) : nil
  }

  func rows(epochs: Int) -> [TransferRow] {
    options.batchSizes.compactMap { row(batchSize: $0, epochs: epochs) }
  }

  /// The row of a batch size after some epochs, or nil where it has no transfers with batch
  /// statistics.
  func row(batchSize: Int, epochs: Int) -> TransferRow? {
    let row = cells(batchSize: batchSize, epochs: epochs)
    return row.transfers.contains { !$0.isInferenceMode } ? row : nil
  }

  private func cells(batchSize: Int, epochs: Int) -> TransferRow {
    TransferRow(
      transfers: transfers.filter { $0.batchSize == batchSize }.sorted { $0.trial < $1.trial },
      batchSize: batchSize, epochs: epochs)
  }

  /// The share of the source's statistics that is left after t steps if averages only forget: mᵗ.
  package func predictedShare(steps: Int) -> Double {
    (0..<steps).reduce(1) { share, _ in share * options.momentum }
  }
}
