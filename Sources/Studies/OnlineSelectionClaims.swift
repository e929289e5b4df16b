import Foundation
import Statistics
import TrainingCore

extension OnlineSelectionResult {
  /// The fewest trials that a claim is judged by: the bootstrap's intervals of fewer lie within the
  /// trials' own range, which chance alone leaves on one side of zero too often.
  public static var fewestTrials: Int { 5 }

  private var isDecidable: Bool { options.trials >= Self.fewestTrials }

  /// What the text claims, checked against these results.
  public var claims: [Claim] {
    [selectionClaim(.minimum), selectionClaim(.maximum), fairnessClaim, choiceClaim]
      .compactMap { $0 }
  }

  /// "Online selection performs poorly as compared to a fixed batch size", for one criterion.
  ///
  /// The figures repeat where the published loop is worse than the baseline for some model. They
  /// are confounded where the same loop is as bad without any selection, or selection as described
  /// isn't worse.
  private func selectionClaim(_ criterion: BatchSizeSelection.Criterion) -> Claim? {
    let name = criterion.rawValue
    let published = differences(of: "\(name)-published", setting: .published)
    let described =
      differences(of: name, setting: .published) + differences(of: name, setting: .tuned)
    guard !published.isEmpty, !described.isEmpty else { return nil }
    let repeats = published.contains { $0.difference.upper < 0 }
    let isDescribedWorse = described.contains { $0.difference.upper < 0 }
    let found = published + described
    let verdict: Claim.Verdict =
      if !isDecidable {
        .undecided
      } else if isDescribedWorse {
        .confirmed
      } else if repeats {
        .confounded
      } else {
        found.allSatisfy { $0.difference.lower >= 0 } ? .refuted : .undecided
      }
    return Claim(
      text: "Choosing the batch size by the \(name) loss does worse than a fixed batch of "
        + "\(options.baseBatchSize).",
      verdict: verdict,
      evidence: "Points of test accuracy against \(options.baseline). The author's loop: "
        + list(published) + ". The same loop with sizes by chance: "
        + list(differences(of: "random-published", setting: .published))
        + ". The method as the text describes it: "
        + list(differences(of: name, setting: .published)) + "; at the arm's own learning rate: "
        + list(differences(of: name, setting: .tuned)) + ".")
  }

  /// The learning rate in proportion to the batch size keeps the comparison fair.
  private var fairnessClaim: Claim? {
    let sizes = options.candidates.filter { $0 != options.baseBatchSize }
    let cells = sizes.map { ($0, differences(of: "fixed-\($0)", setting: .published)) }
    let found = cells.flatMap(\.1)
    guard !found.isEmpty else { return nil }
    let isDifferent = found.contains { !$0.difference.includesZero }
    let largest = found.map { max(abs($0.difference.lower), abs($0.difference.upper)) }.max() ?? 0
    return Claim(
      text: "With the learning rate in proportion, smaller fixed parts compare fairly with the "
        + "whole batch.",
      verdict: !isDecidable ? .undecided : isDifferent ? .refuted : .confirmed,
      evidence: "Points of test accuracy against \(options.baseline). "
        + cells.map { "Fixed parts of \($0): \(list($1)). " }.joined()
        + (isDifferent
          ? "The rate is not all that matters: with the same momentum, k small steps forget k times "
            + "as fast per sample, and batch normalisation has k times as many, noisier statistics. "
          : "No difference shows, and none larger than \(points(largest)) points would have gone "
            + "unseen. ")
        + "To second order k steps differ from one by (η/k)² Σ H g, which grows with the square of "
        + "the rate.")
  }

  /// That the criterion chooses by the loss of a batch size.
  private var choiceClaim: Claim? {
    let rows = rows
    let found = options.models.compactMap { model -> (line: String, ties: Double)? in
      guard
        let row = rows.first(where: {
          $0.model == model && $0.setting == .published
            && $0.arm == BatchSizeSelection.Criterion.minimum.rawValue
        })
      else { return nil }
      let shares = zip(options.candidates, row.shares)
        .map { "\($0) in \(percent($1))" }.joined(separator: ", ")
      return (
        "\(Self.shortName(of: model)): \(percent(row.tieShare)) ties; \(shares)", row.tieShare
      )
    }
    guard !found.isEmpty else { return nil }
    let helps = (againstChance(.minimum) + againstChance(.maximum))
      .contains { $0.difference.lower > 0 }
    return Claim(
      text: "The forward pass tells which batch size is best at each iteration.",
      verdict: !isDecidable ? .undecided : helps ? .confounded : .refuted,
      evidence: found.map(\.line).joined(separator: ". ")
        + ". Without batch normalisation a mean of means over equal parts is the mean of the whole: "
        + "all candidates have one and the same loss, and the first is taken. With dropout the "
        + "candidates differ by the masks that each happened to draw, which say nothing of the batch "
        + "size. Only batch normalisation makes the loss depend on the parts, by the noise of "
        + "statistics over fewer samples. Chosen by the "
        + "minimum and not by chance: " + list(againstChance(.minimum))
        + "; by the maximum: " + list(againstChance(.maximum)) + " points.")
  }

  /// What choosing by a criterion does that choosing by chance doesn't, where there is a choice.
  private func againstChance(_ criterion: BatchSizeSelection.Criterion) -> [Found] {
    options.models.compactMap { model in
      guard let spec = try? ModelSpec(named: model),
        let arm = arms.first(where: { $0.name == criterion.rawValue }),
        arm.selection.canDiffer(for: spec)
      else { return nil }
      return difference(of: criterion.rawValue, from: "random", model: model, setting: .published)
        .map { (model, criterion.rawValue, .published, $0) }
    }
  }

  private typealias Found = (
    model: String, arm: String, setting: Setting, difference: PairedDifference
  )

  private func differences(of arm: String, setting: Setting) -> [Found] {
    options.models.compactMap { model in
      difference(of: arm, from: options.baseline, model: model, setting: setting).map {
        (model, arm, setting, $0)
      }
    }
  }

  private func list(_ found: [Found]) -> String {
    found.isEmpty
      ? "–"
      : found.map {
        "\(Self.shortName(of: $0.model)) \(points($0.difference.mean)) "
          + "[\(points($0.difference.lower)), \(points($0.difference.upper))]"
      }.joined(separator: ", ")
  }

  private func points(_ value: Double) -> String {
    String(format: "%+.2f", value).replacing("-", with: "−")
  }

  private func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }
}
