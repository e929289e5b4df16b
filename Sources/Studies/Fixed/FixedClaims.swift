import Measurement
import Reporting
import Statistics

extension StudyResult<FixedStudy> {
  /// What the article claims, checked against these results: the claims that there are figures for.
  ///
  /// Rows are compared by their 95 % intervals over trials: where two don't overlap they differ.
  package var claims: [Claim] { options.models.flatMap(claims) }

  package func claims(model: String) -> [Claim] {
    let rows = rows(arm: FixedStudy.Arm.published.name, model: model)
      .sorted { $0.batchSize < $1.batchSize }
    return [
      timeClaim(rows), latencyClaim(rows, model: model), accuracyClaim(rows, model: model),
    ].compactMap { claim in
      claim.map { Claim(subject: model, text: $0.text, verdict: $0.verdict, evidence: $0.evidence) }
    }
  }

  private func timeClaim(_ rows: [FixedRow]) -> Claim? {
    let times = rows.compactMap(\.secondsPerEpoch)
    guard times.count == rows.count, times.count > 1, let first = times.first, let last = times.last
    else { return nil }
    let ratios = zip(times, times.dropFirst()).map { $0.mean / $1.mean }
    let steps = zip(zip(rows, rows.dropFirst()), ratios).map { pair, ratio in
      "\(pair.0.batchSize) → \(pair.1.batchSize): ×\(rounded(ratio))"
    }
    let levelsOff = (ratios.last ?? 1) < (ratios.first ?? 1)
    let verdict: Claim.Verdict =
      switch comparison(first, last) {
      case .above where ratios.count == 1: .undecided
      case .above: levelsOff ? .confirmed : .refuted
      case .below: .refuted
      case .overlap: .undecided
      }
    return Claim(
      text: "Training time per epoch falls as the batch grows, and then levels off.",
      verdict: verdict,
      evidence: "How much faster: \(steps.joined(separator: "; ")). A larger batch reads and "
        + "updates the weights less often; what is left is arithmetic, which doesn't depend on the "
        + "batch size.")
  }

  private func latencyClaim(_ rows: [FixedRow], model: String) -> Claim? {
    guard let smallest = rows.first?.batchSize, let largest = rows.last?.batchSize,
      smallest != largest,
      let small = latency(model: model, training: smallest, inference: smallest),
      let large = latency(model: model, training: largest, inference: largest)
    else { return nil }
    let fall = small.perImage / large.perImage
    let effectOfTraining =
      rows.map { inference in
        let times = rows.compactMap {
          latency(model: model, training: $0.batchSize, inference: inference.batchSize)?.perImage
        }
        return (times.max() ?? Seconds(1)) / (times.min() ?? Seconds(1))
      }.max() ?? 1
    let effectOfPlacement =
      latencies.filter { $0.model == model }.map(\.measured.placementEffect).max() ?? 1
    return Claim(
      text: "Latency and energy of an inference fall as the training batch grows.",
      verdict: fall > max(effectOfTraining, effectOfPlacement) ? .confounded : .undecided,
      evidence: "Measured as the article does, at the training batch size, latency goes from "
        + "\(small.perImage) at \(smallest) to \(large.perImage) at \(largest). At a given "
        + "inference batch size, models trained with different batch sizes differ by no more than "
        + "×\(rounded(effectOfTraining)); copies of one and the same model, which differ only in "
        + "where their weights lie in memory, by up to ×\(rounded(effectOfPlacement)). "
        + (fall > max(effectOfTraining, effectOfPlacement)
          ? "What there is to amortise belongs to inference. "
          : "This trainer takes one image after the other, so no batch amortises anything, and the "
            + "claim can't be tested with it. ")
        + "Energy is modelled as a constant times latency and says nothing more.")
  }

  private func accuracyClaim(_ rows: [FixedRow], model: String) -> Claim? {
    let accuracies = rows.compactMap(\.accuracyPercent)
    guard accuracies.count == rows.count, accuracies.count > 2,
      let best = zip(rows, accuracies).max(by: { $0.1.mean < $1.1.mean }),
      let smallest = accuracies.first, let largest = accuracies.last
    else { return nil }
    let rises = comparison(best.1, smallest)
    let drops = comparison(best.1, largest)
    let verdict: Claim.Verdict =
      switch (rises, drops) {
      case (.above, .above): .confounded
      case (.overlap, _) where best.0.batchSize != rows.first?.batchSize: .undecided
      case (_, .overlap) where best.0.batchSize != rows.last?.batchSize: .undecided
      default: .refuted
      }
    let scaled = self.rows(arm: "adam-sqrt", model: model)
    // After an interrupt some are missing, and a spread over fewer sizes would look smaller.
    let isScaledComparable =
      Set(scaled.map(\.batchSize)) == Set(rows.map(\.batchSize))
      && scaled.allSatisfy { $0.accuracyPercent?.count == accuracies[0].count }
    let spread = { (rows: [FixedRow]) -> Double in
      let means = rows.compactMap(\.accuracyPercent?.mean)
      return (means.max() ?? 0) - (means.min() ?? 0)
    }
    return Claim(
      text: "Accuracy rises with the batch size up to an ideal one, and falls beyond.",
      verdict: verdict,
      evidence: zip(rows, accuracies).map { "\(percent($1)) at \($0.batchSize)" }
        .joined(separator: ", ")
        + ", over \(best.1.count) trials. "
        + (!isScaledComparable
          ? ""
          : "The means spread over \(rounded(spread(rows))) points as published and over "
            + "\(rounded(spread(scaled))) with the rate scaled by the root of the batch size. ")
        + "One learning rate for all is a confound, and so is the number of steps, which falls as "
        + "the batch grows where epochs are fixed.")
  }

  private enum Comparison { case above, below, overlap }

  /// How one mean stands to another; without intervals, nothing can be told.
  private func comparison(_ first: TrialMean, _ second: TrialMean) -> Comparison {
    guard let a = first.interval(), let b = second.interval() else { return .overlap }
    if a.lower > b.upper { return .above }
    return a.upper < b.lower ? .below : .overlap
  }

  private func percent(_ mean: TrialMean) -> String {
    let interval = mean.interval().map { " [\(rounded($0.lower)), \(rounded($0.upper))]" } ?? ""
    return "\(rounded(mean.mean)) %\(interval)"
  }

  private func rounded(_ value: Double) -> String { NumberFormat.decimals(2).string(value) }
}
