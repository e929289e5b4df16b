import Measurement
import Statistics

/// One arm of the online-selection study over all trials.
public struct OnlineSelectionRow: Codable, Sendable {
  /// The model's name.
  public var model: String
  /// The arm's name.
  public var arm: String
  /// Which learning rate it was trained with.
  public var setting: OnlineSelectionResult.Setting
  /// That rate, at the base batch size.
  public var learningRate: Double
  /// Per cent of test images classified correctly.
  public var accuracyPercent: TrialMean?
  /// Test loss per image.
  public var testLoss: TrialMean?
  /// Accuracy in per cent less the baseline's of the same seed; nil for the baseline itself.
  public var difference: PairedDifference?
  /// The share of iterations at which each candidate was chosen.
  public var shares: [Double]
  /// The share of iterations at which several candidates were equally good.
  public var tieShare: Double
  /// Training samples until the held-out accuracy reached the model's target, over the trials that
  /// reached it.
  public var samplesToTarget: TrialMean?
  /// How many trials reached it.
  public var reachedTarget: Int
  /// Seconds of an epoch that ran alone, the median of some.
  public var secondsPerEpoch: Double?
  /// Samples run forward to score candidates, per training sample.
  public var scoredPerSample: Double?

  /// Seconds of training until the target, at the measured speed.
  public func secondsToTarget(samplesPerEpoch: Int) -> Double? {
    guard let samplesToTarget, let secondsPerEpoch else { return nil }
    return samplesToTarget.mean / Double(samplesPerEpoch) * secondsPerEpoch
  }
}

extension OnlineSelectionResult {
  /// What tells a model from the others: `batchnorm` of `mlp:784-128-10+batchnorm`.
  ///
  /// - Parameter model: The model's name.
  /// - Returns: What follows the sizes, or `plain`.
  public static func shortName(of model: String) -> String {
    let parts = model.split(separator: "+")
    return parts.count > 1 ? parts.dropFirst().joined(separator: "+") : "plain"
  }

  /// Training samples of an epoch: whole base batches.
  public var samplesPerEpoch: Int {
    data.training / options.baseBatchSize * options.baseBatchSize
  }

  /// One row for each model, setting and arm that was trained.
  public var rows: [OnlineSelectionRow] {
    options.models.flatMap { model in
      [Setting.published, .tuned].flatMap { setting in
        arms.compactMap { row(model: model, setting: setting, arm: $0.name) }
      }
    }
  }

  /// The trainings of one cell, in the order of their trials.
  ///
  /// - Parameters:
  ///   - model: The model's name.
  ///   - setting: Which learning rate.
  ///   - arm: The arm's name.
  /// - Returns: A training for each trial that is done.
  public func trainings(model: String, setting: Setting, arm: String) -> [Training] {
    trainings.filter { $0.model == model && $0.setting == setting && $0.arm == arm }
      .sorted { $0.trial < $1.trial }
  }

  /// By how many points of accuracy one arm exceeds another over the same seeds.
  ///
  /// - Parameters:
  ///   - arm: The arm's name.
  ///   - other: The other arm's.
  ///   - model: The model's name.
  ///   - setting: Which learning rate.
  /// - Returns: The difference, or nil for fewer than two trials.
  public func difference(
    of arm: String, from other: String, model: String, setting: Setting
  ) -> PairedDifference? {
    let others = trainings(model: model, setting: setting, arm: other)
    return PairedDifference(
      trainings(model: model, setting: setting, arm: arm).compactMap { training in
        others.first { $0.trial == training.trial }.map {
          100 * (training.testAccuracy - $0.testAccuracy)
        }
      })
  }

  /// The held-out accuracy that "reaching the target" means: the least that the baseline ends with
  /// in any trial, so that it always reaches it.
  ///
  /// - Parameters:
  ///   - model: The model's name.
  ///   - setting: Which learning rate.
  /// - Returns: The share, or nil where the baseline isn't there.
  public func targetAccuracy(model: String, setting: Setting) -> Double? {
    trainings(model: model, setting: setting, arm: options.baseline)
      .compactMap { $0.epochs.last?.validationAccuracy }.min()
  }

  private func row(model: String, setting: Setting, arm: String) -> OnlineSelectionRow? {
    let own = trainings(model: model, setting: setting, arm: arm)
    guard let first = own.first else { return nil }
    let epochs = own.flatMap(\.epochs)
    let iterations = Double(epochs.reduce(0) { $0 + $1.iterations })
    let target = targetAccuracy(model: model, setting: setting) ?? .infinity
    let reached = own.compactMap { training in
      training.epochs.firstIndex { $0.validationAccuracy >= target }.map {
        Double(($0 + 1) * samplesPerEpoch)
      }
    }
    let cost = costs.first { $0.model == model && $0.arm == arm }
    return OnlineSelectionRow(
      model: model, arm: arm, setting: setting, learningRate: first.learningRate,
      accuracyPercent: TrialMean(own.map { 100 * $0.testAccuracy }),
      testLoss: TrialMean(own.map(\.testLoss)),
      difference: arm == options.baseline
        ? nil : difference(of: arm, from: options.baseline, model: model, setting: setting),
      shares: first.epochs[0].choices.indices.map { candidate in
        Double(epochs.reduce(0) { $0 + $1.choices[candidate] }) / iterations
      },
      tieShare: Double(epochs.reduce(0) { $0 + $1.ties }) / iterations,
      samplesToTarget: TrialMean(reached), reachedTarget: reached.count,
      secondsPerEpoch: cost.map { $0.secondsPerEpoch.sorted()[$0.secondsPerEpoch.count / 2] },
      scoredPerSample: cost?.scoredPerSample)
  }
}
