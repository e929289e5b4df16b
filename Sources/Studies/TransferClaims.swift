import Foundation
import Measurement
import Statistics

extension TransferResult {
  /// The fewest trials that a claim is judged by, as many as the text has.
  public static var fewestTrials: Int { 3 }

  /// What the text claims, and that later versions' remedy is enough, checked against these results.
  public var claims: [Claim] { [growthClaim, trainingClaim, inferenceClaim].compactMap { $0 } }

  /// Whether the generalisation gap grows with the batch size.
  ///
  /// The figures repeat where the gap of the largest batch exceeds that of the smallest; they are
  /// confounded where that grows less with the population's statistics on the same weights.
  private var growthClaim: Claim? {
    guard let raw = growth(.averages), let own = growth(.population),
      let rawInterval = raw.interval(), let ownInterval = own.interval()
    else { return nil }
    let verdict: Claim.Verdict =
      if raw.count < Self.fewestTrials || rawInterval.contains(0) {
        .undecided
      } else if rawInterval.upper < 0 {
        .refuted
      } else if ownInterval.upper < rawInterval.lower {
        .confounded
      } else {
        ownInterval.lower > 0 ? .confirmed : .undecided
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
        + "statistics has mᵗ of the source's left after t steps, and a larger batch takes fewer "
        + "steps an epoch.")
  }

  /// Whether training accuracy is about the same for every batch size.
  private var trainingClaim: Claim? {
    let means = rows(epochs: options.epochs).compactMap(\.trainingPercent)
    let isWhole =
      means.count == options.batchSizes.count
      && means.allSatisfy { $0.count >= Self.fewestTrials }
    guard let most = means.map(\.mean).max(), let least = means.map(\.mean).min(), means.count > 1
    else { return nil }
    let validation = rows(epochs: options.epochs).compactMap { $0.validationPercent[.population] }
      .map(\.mean)
    guard let best = validation.max(), let worst = validation.min() else { return nil }
    let published = 2.0
    return Claim(
      text: "Training accuracy is the same for every batch size, within two points.",
      verdict: !isWhole ? .undecided : most - least <= published ? .confirmed : .refuted,
      evidence: "Training accuracies are from \(number(least)) to \(number(most)) % after as many "
        + "epochs; validated with exact statistics, the weights reach from \(number(worst)) to "
        + "\(number(best)) %. At one and the same learning rate, a larger batch takes fewer steps and "
        + "comes less far, in training as in validation: that difference is no gap between the two."
    )
  }

  /// Whether it is enough what later versions of the framework do about it.
  ///
  /// Where the gap doesn't grow with the averages, there is nothing to tell.
  private var inferenceClaim: Claim? {
    let stage = options.first.epochs
    guard let own = growth(.inference), let raw = growth(.averages),
      let ownInterval = own.interval(), let rawInterval = raw.interval(),
      let ownFirst = growth(.inference, epochs: stage),
      let rawFirst = growth(.averages, epochs: stage)
    else { return nil }
    let verdict: Claim.Verdict =
      if min(raw.count, own.count) < Self.fewestTrials || rawInterval.lower <= 0 {
        .undecided
      } else if ownInterval.lower > 0 {
        .refuted
      } else {
        ownInterval.upper < rawInterval.lower ? .confirmed : .undecided
      }
    return Claim(
      text: "Frozen layers in inference mode are enough to close the gap.", verdict: verdict,
      evidence:
        "So later versions of that framework have them. From the smallest to the largest batch "
        + "the gap then grows by \(list(ownFirst)) points in the first stage, in which all of the base "
        + "is frozen, instead of \(list(rawFirst)), and by \(list(own)) in both stages instead of "
        + "\(list(raw)). Layers that learn in the second go on with averages, which lag there too.")
  }

  /// By how many points the gap of the largest batch exceeds that of the smallest: a difference for
  /// each seed.
  ///
  /// - Parameters:
  ///   - arm: The arm.
  ///   - epochs: Epochs that are done; nil for all.
  /// - Returns: The differences' mean, or nil for fewer than two trials or batch sizes.
  public func growth(_ arm: Arm, epochs: Int? = nil) -> TrialMean? {
    let epochs = epochs ?? options.epochs
    guard let small = options.batchSizes.first, let large = options.batchSizes.last, small < large
    else { return nil }
    let from = gaps(arm, batchSize: small, epochs: epochs)
    let to = gaps(arm, batchSize: large, epochs: epochs)
    let differences = to.keys.sorted().compactMap { trial in
      from[trial].flatMap { start in to[trial].map { $0 - start } }
    }
    return differences.count > 1 ? TrialMean(differences) : nil
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
