import Reporting
import Statistics

extension StudyResult<TransferStudy> {
  /// The fewest trials that a claim is judged by, as many as the article has.
  package static var fewestTrials: Int { 3 }

  /// What the article claims, and that later versions' remedy is enough, checked against these
  /// results.
  package var claims: [Claim] { [growthClaim, trainingClaim, inferenceClaim].compactMap { $0 } }

  /// Whether the generalisation gap grows with the batch size.
  ///
  /// The figures repeat where the gap of the largest batch exceeds that of the smallest; they are
  /// confounded where it grows less with the population's statistics on the same weights.
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
      "\(row.batchSize): \(list(row.gap(.averages))) points, of which \(list(row.lag)) are lag"
    }.joined(separator: "; ")
    return Claim(
      text: "The generalisation gap grows with the batch size.", verdict: verdict,
      evidence:
        "From a batch of \(small) to one of \(large) the gap between training and validation "
        + "accuracy grows by \(list(raw)) points with the moving averages, and by \(list(own)) "
        + "with the training set's exact statistics on the very same weights. Gaps after "
        + "\(options.epochs) epochs: \(shares). A moving average that takes 1 − m of each step's "
        + "statistics has mᵗ of the source's left after t steps, and a larger batch takes fewer "
        + "steps an epoch.")
  }

  /// Whether training accuracy is about the same for every batch size.
  private var trainingClaim: Claim? {
    let rows = rows(epochs: options.epochs)
    let means = rows.compactMap { $0.trainingPercent(.averages) }
    let validation = rows.compactMap { $0.validationPercent(.population)?.mean }
    let isWhole =
      means.count == options.batchSizes.count
      && means.allSatisfy { $0.count >= Self.fewestTrials }
    guard let most = means.map(\.mean).max(), let least = means.map(\.mean).min(), means.count > 1,
      let best = validation.max(), let worst = validation.min()
    else { return nil }
    let published = 2.0
    return Claim(
      text: "Training accuracy is the same for every batch size, within two points.",
      verdict: !isWhole ? .undecided : most - least <= published ? .confirmed : .refuted,
      evidence: "Training accuracies are from \(number(least)) to \(number(most)) % after as many "
        + "epochs; validated with exact statistics, the weights reach from \(number(worst)) to "
        + "\(number(best)) %. At the same learning rate, a larger batch takes fewer steps and "
        + "gets less far, in training as in validation: that difference is no gap between the two.")
  }

  /// Whether what later versions of the framework do about the gap is enough.
  ///
  /// Where the gap doesn't grow with the averages, nothing can be told.
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
        "Later versions of that framework have them. From the smallest to the largest batch the "
        + "gap then grows by \(list(ownFirst)) points in the first stage, in which all of the base "
        + "is frozen, instead of \(list(rawFirst)), and by \(list(own)) in both stages instead of "
        + "\(list(raw)). Layers that learn in the second stage still have averages that lag.")
  }

  private func list(_ mean: TrialMean?) -> String {
    guard let mean else { return NumberFormat.unavailable }
    guard let interval = mean.interval() else { return number(mean.mean) }
    return "\(number(mean.mean)) [\(number(interval.lower)), \(number(interval.upper))]"
  }

  private func number(_ value: Double) -> String { NumberFormat.decimals(1).string(value) }
}
