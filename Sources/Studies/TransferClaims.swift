import Foundation
import Measurement

extension TransferResult {
  /// The fewest trials that a claim is judged by, as many as the text has.
  public static var fewestTrials: Int { 3 }

  /// What the text claims, checked against these results.
  public var claims: [Claim] { [growthClaim, trainingClaim, inferenceClaim].compactMap { $0 } }

  /// Whether the generalisation gap grows with the batch size.
  ///
  /// The figures repeat where the gap of the largest batch exceeds that of the smallest; they are
  /// confounded where the population's statistics take most of that away on the same weights.
  private var growthClaim: Claim? {
    guard let raw = growth(.averages), let own = growth(.population) else { return nil }
    let verdict: Claim.Verdict =
      if options.trials < Self.fewestTrials || raw.includesZero {
        .undecided
      } else if raw.upper < 0 {
        .refuted
      } else {
        own.upper < raw.lower ? .confounded : .confirmed
      }
    let (small, large) = (options.batchSizes.first ?? 0, options.batchSizes.last ?? 0)
    let shares = rows(epochs: options.epochs).map { row in
      "\(row.batchSize): \(list(row.gap[.averages])) points, of which \(list(row.lag)) are lag"
    }.joined(separator: "; ")
    return Claim(
      text: "The generalisation gap grows with the batch size.", verdict: verdict,
      evidence:
        "From a batch of \(small) to one of \(large) the gap between training and validation "
        + "accuracy grows by \(list(raw)) points with the moving averages, and by \(list(own)) with "
        + "the training set's exact statistics on the very same weights. Gaps after "
        + "\(options.epochs) epochs: \(shares). A moving average that takes 1 − m of each step's "
        + "statistics has mᵗ of the source's left behind t steps, and a larger batch takes fewer "
        + "steps an epoch.")
  }

  /// Whether training accuracy is about the same for every batch size.
  private var trainingClaim: Claim? {
    let means = rows(epochs: options.epochs).compactMap(\.trainingPercent)
    guard let most = means.map(\.mean).max(), let least = means.map(\.mean).min(), means.count > 1
    else { return nil }
    let validation = rows(epochs: options.epochs).compactMap { $0.validationPercent[.population] }
      .map(\.mean)
    guard let best = validation.max(), let worst = validation.min() else { return nil }
    let published = 2.0
    return Claim(
      text: "Training accuracy is the same for every batch size, within two points.",
      verdict: options.trials < Self.fewestTrials
        ? .undecided : most - least <= published ? .confirmed : .refuted,
      evidence: "Training accuracies are from \(number(least)) to \(number(most)) % after as many "
        + "epochs; validated with exact statistics, the weights reach from \(number(worst)) to "
        + "\(number(best)) %. At one and the same learning rate, a larger batch takes fewer steps and "
        + "comes less far, in training as in validation: that difference is no gap between the two."
    )
  }

  /// What later versions of the framework do about it.
  private var inferenceClaim: Claim? {
    guard let difference = growth(.inference), let raw = growth(.averages) else { return nil }
    return Claim(
      text: "The gap belongs to large batches, whatever normalises frozen layers.",
      verdict: options.trials < Self.fewestTrials
        ? .undecided
        : difference.upper < raw.lower
          ? .refuted : difference.includesZero ? .undecided : .confirmed,
      evidence:
        "With frozen layers in inference mode, as later versions of that framework have them, "
        + "the gap grows by \(list(difference)) points from the smallest to the largest batch instead of "
        + "\(list(raw)). Layers that learn go on with averages, which lag there too.")
  }

  /// By how many points the gap of the largest batch exceeds that of the smallest, over the same seeds.
  ///
  /// - Parameter arm: The arm.
  /// - Returns: The difference after the last epoch, or nil for fewer than two trials.
  public func growth(_ arm: Arm) -> PairedDifference? {
    guard let small = options.batchSizes.first, let large = options.batchSizes.last else {
      return nil
    }
    let from = gaps(arm, batchSize: small, epochs: options.epochs)
    let to = gaps(arm, batchSize: large, epochs: options.epochs)
    return PairedDifference(
      to.keys.sorted().compactMap { trial in
        guard let end = to[trial], let start = from[trial] else { return nil }
        return end - start
      })
  }

  private func list(_ difference: PairedDifference) -> String {
    "\(number(difference.mean)) [\(number(difference.lower)), \(number(difference.upper))]"
  }

  private func list(_ mean: TrialMean?) -> String {
    guard let mean else { return "–" }
    guard let interval = mean.interval() else { return number(mean.mean) }
    return "\(number(mean.mean)) [\(number(interval.lower)), \(number(interval.upper))]"
  }

  private func number(_ value: Double) -> String {
    String(format: "%.1f", value).replacing("-", with: "−")
  }
}
