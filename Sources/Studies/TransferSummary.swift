import Measurement
import Statistics

/// The transfers of one batch size after some epochs, over all trials.
public struct TransferRow: Codable, Sendable {
  /// Samples per step.
  public var batchSize: Int
  /// Epochs of both stages that are done.
  public var epochs: Int
  /// Per cent of training images classified correctly in the last of them.
  public var trainingPercent: TrialMean?
  /// Per cent of validation images classified correctly in each arm.
  public var validationPercent: [TransferResult.Arm: TrialMean]
  /// Training less validation accuracy in points, in each arm; inference mode has trainings of its own.
  public var gap: [TransferResult.Arm: TrialMean]
  /// What the gap of the moving averages loses where the same weights have the population's
  /// statistics, in points.
  public var lag: TrialMean?
  /// The share of that in the gap; nil where a trial has no gap.
  public var lagShare: TrialMean?
  /// The share of the source's statistics that is left in the averages.
  public var sourceShare: TrialMean?
  /// What an average that only forgets has left: mᵗ after t steps.
  public var predictedShare: Double
  /// The steps t.
  public var steps: Int
}

extension TransferResult {
  /// The epochs that the text compares batch sizes at: three quarters of all, and all.
  public var comparedEpochs: [Int] {
    let all = options.epochs
    return [max(all * 3 / 4, 1), all].reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// A row for each batch size.
  ///
  /// - Parameter epochs: Epochs that are done.
  /// - Returns: The rows of those batch sizes that have transfers.
  public func rows(epochs: Int) -> [TransferRow] {
    options.batchSizes.compactMap { row(batchSize: $0, epochs: epochs) }
  }

  /// The transfers of one batch size in the order of their trials.
  ///
  /// - Parameters:
  ///   - batchSize: Samples per step.
  ///   - isInferenceMode: Whether frozen layers normalise by their averages in training.
  /// - Returns: One for each trial that is done.
  public func transfers(batchSize: Int, isInferenceMode: Bool) -> [Transfer] {
    transfers.filter { $0.batchSize == batchSize && $0.isInferenceMode == isInferenceMode }
      .sorted { $0.trial < $1.trial }
  }

  /// The gap of one trial in an arm, in points; nil where it isn't there.
  func gaps(_ arm: Arm, batchSize: Int, epochs: Int) -> [Int: Double] {
    let own = transfers(batchSize: batchSize, isInferenceMode: arm == .inference)
    return own.reduce(into: [:]) { gaps, transfer in
      let epoch = transfer.epochs[epochs - 1]
      guard let validation = epoch.validation(arm) else { return }
      gaps[transfer.trial] = 100 * (epoch.trainingAccuracy - validation)
    }
  }

  /// The row of a batch size.
  ///
  /// - Parameters:
  ///   - batchSize: Samples per step.
  ///   - epochs: Epochs that are done.
  /// - Returns: The row, or nil where it has no transfers.
  public func row(batchSize: Int, epochs: Int) -> TransferRow? {
    let own = transfers(batchSize: batchSize, isInferenceMode: false).map { $0.epochs[epochs - 1] }
    guard let first = own.first else { return nil }
    var validation: [Arm: TrialMean] = [:]
    var gap: [Arm: TrialMean] = [:]
    for arm in Arm.allCases {
      let epochs = transfers(batchSize: batchSize, isInferenceMode: arm == .inference)
        .map { $0.epochs[epochs - 1] }
      validation[arm] = TrialMean(epochs.compactMap { $0.validation(arm) }.map { 100 * $0 })
      gap[arm] = TrialMean(
        epochs.compactMap { epoch in
          epoch.validation(arm).map { 100 * (epoch.trainingAccuracy - $0) }
        })
    }
    let lags = own.compactMap { epoch in
      epoch.population.map {
        (lag: $0 - epoch.averages, gap: epoch.trainingAccuracy - epoch.averages)
      }
    }
    return TransferRow(
      batchSize: batchSize, epochs: epochs,
      trainingPercent: TrialMean(own.map { 100 * $0.trainingAccuracy }),
      validationPercent: validation, gap: gap, lag: TrialMean(lags.map { 100 * $0.lag }),
      lagShare: lags.allSatisfy { $0.gap > 0 } ? TrialMean(lags.map { $0.lag / $0.gap }) : nil,
      sourceShare: TrialMean(own.compactMap(\.sourceShare)),
      predictedShare: predictedShare(steps: first.steps), steps: first.steps)
  }

  /// What is left of the source's statistics behind some steps, if averages only forget: mᵗ.
  ///
  /// - Parameter steps: The steps t.
  /// - Returns: The share.
  public func predictedShare(steps: Int) -> Double {
    (0..<steps).reduce(1) { share, _ in share * options.momentum }
  }
}

extension TransferResult.Epoch {
  /// The share of validation images classified correctly in an arm.
  ///
  /// - Parameter arm: The arm; inference mode has epochs of its own, with averages alone.
  /// - Returns: The share, or nil where the arm isn't there.
  public func validation(_ arm: TransferResult.Arm) -> Double? {
    switch arm {
    case .averages: matched == nil ? nil : averages
    case .matched: matched
    case .population: population
    case .inference: matched == nil ? averages : nil
    }
  }
}
