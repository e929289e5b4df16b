import Foundation
import Reporting
import Statistics
import TrainingCore

extension StudyResult<OnlineStudy> {
  /// The fewest trials that a claim is judged by: the bootstrap's intervals of fewer lie within the
  /// trials' own range, which chance alone leaves on one side of zero too often.
  static var fewestTrials: Int { 5 }

  private var isDecidable: Bool { options.trials >= Self.fewestTrials }

  /// What the article claims, checked against these results: the claims that there are figures for.
  var claims: [Claim] {
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
    let published = differences(of: "\(name)-published")
    let atPublishedRate = differences(of: name)
    let atOwnRate = differences(of: name, setting: .tuned)
    let described = atPublishedRate + atOwnRate
    guard !published.isEmpty, !described.isEmpty else { return nil }
    let verdict: Claim.Verdict =
      if !isDecidable {
        .undecided
      } else if described.contains(where: { $0.difference.upper < 0 }) {
        .confirmed
      } else if published.contains(where: { $0.difference.upper < 0 }) {
        .confounded
      } else {
        (published + described).allSatisfy { $0.difference.lower >= 0 } ? .refuted : .undecided
      }
    return Claim(
      text: "Choosing the batch size by the \(name) loss does worse than a fixed batch of "
        + "\(options.baseBatchSize).",
      verdict: verdict,
      evidence: "Points of test accuracy against \(options.baseline). The author's loop: "
        + "\(list(published)). The same loop with sizes drawn at random: "
        + "\(list(differences(of: "random-published"))). The method as the article describes it: "
        + "\(list(atPublishedRate)); at the arm's own learning rate: \(list(atOwnRate)).")
  }

  /// The learning rate in proportion to the batch size keeps the comparison fair.
  private var fairnessClaim: Claim? {
    let sizes = options.candidates.filter { $0 != options.baseBatchSize }
    let cells = sizes.map { ($0, differences(of: "fixed-\($0)")) }
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
          ? "The rate is not all that matters: with the same momentum, k small steps forget k "
            + "times as fast per sample, and batch normalisation has k times as many, noisier "
            + "statistics. "
          : "No difference shows, and none larger than \(points(largest)) points would have gone "
            + "unseen. ")
        + "To second order k steps differ from one by (η/k)² Σ H g, which grows with the square of "
        + "the rate.")
  }

  /// That the criterion chooses by the loss of a batch size.
  private var choiceClaim: Claim? {
    let minimum = rows.filter {
      $0.setting == .published && $0.arm == BatchSizeSelection.Criterion.minimum.rawValue
    }
    guard !minimum.isEmpty else { return nil }
    let lines = minimum.map { row in
      let shares = zip(row.candidates, row.shares).map { "\($0) in \(percent($1))" }
      return "\(OnlineStudy.shortName(of: row.model)): \(percent(row.tieShare)) ties; "
        + shares.joined(separator: ", ")
    }
    let (byMinimum, byMaximum) = (againstChance(.minimum), againstChance(.maximum))
    let helps = (byMinimum + byMaximum).contains { $0.difference.lower > 0 }
    return Claim(
      text: "The forward pass tells which batch size is best at each iteration.",
      verdict: !isDecidable ? .undecided : helps ? .confounded : .refuted,
      evidence: lines.joined(separator: ". ")
        + ". Without batch normalisation a mean of means over equal parts is the mean of the "
        + "whole: all candidates have one and the same loss, and the first is taken. With dropout "
        + "the candidates differ by the masks that each happened to draw, which say nothing of the "
        + "batch size. Only batch normalisation makes the loss depend on the parts, by the noise "
        + "of statistics over fewer samples. Chosen by the minimum and not at random: "
        + "\(list(byMinimum)); by the maximum: \(list(byMaximum)) points.")
  }

  private typealias Found = (model: String, difference: PairedDifference)

  /// What choosing by a criterion does that choosing at random doesn't, where there is a choice.
  private func againstChance(_ criterion: BatchSizeSelection.Criterion) -> [Found] {
    let arm = arms.first { $0.name == criterion.rawValue }
    return differences(of: criterion.rawValue, from: "random") {
      (try? ModelSpec(named: $0)).map { arm?.selection.canDiffer(for: $0) ?? false } ?? false
    }
  }

  /// By how much an arm exceeds another, by default the baseline, for each model that has both.
  private func differences(
    of arm: String, from other: String? = nil, setting: OnlineRecord.Setting = .published,
    where isAsked: (_ model: String) -> Bool = { _ in true }
  ) -> [Found] {
    options.models.filter(isAsked).compactMap { model in
      difference(of: arm, from: other ?? options.baseline, model: model, setting: setting)
        .map { (model, $0) }
    }
  }

  private func list(_ found: [Found]) -> String {
    found.isEmpty
      ? NumberFormat.unavailable
      : found.map { model, difference in
        "\(OnlineStudy.shortName(of: model)) \(points(difference.mean)) "
          + "[\(points(difference.lower)), \(points(difference.upper))]"
      }.joined(separator: ", ")
  }

  private func points(_ value: Double) -> String {
    String(format: "%+.2f", value).replacing("-", with: "−")
  }

  private func percent(_ share: Double) -> String {
    NumberFormat.decimals(0).string(100 * share) + " %"
  }
}
