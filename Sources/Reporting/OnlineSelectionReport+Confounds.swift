import Measurement
import Statistics
import Studies

extension OnlineSelectionReport {
  /// A comparison of two arms that differ in one thing.
  private struct Confound {
    let name: String
    let arm: String
    let other: String
  }

  private var comparisons: [Confound] {
    let (base, smallest) = (
      result.options.baseline, result.options.candidates.min().map { "fixed-\($0)" } ?? ""
    )
    return [
      Confound(name: "smaller parts, nothing chosen", arm: smallest, other: base),
      Confound(name: "sizes by chance", arm: "random", other: base),
      Confound(name: "chosen by the minimum, not by chance", arm: "minimum", other: "random"),
      Confound(name: "chosen by the maximum, not by chance", arm: "maximum", other: "random"),
      Confound(
        name: "the masks that won the minimum, used again", arm: "minimum", other: "minimum-fresh"),
      Confound(
        name: "the masks that won the maximum, used again", arm: "maximum", other: "maximum-fresh"),
      Confound(
        name: "the published loop, one fixed size", arm: "\(smallest)-published", other: smallest),
      Confound(
        name: "the published loop, sizes by chance", arm: "random-published", other: "random"),
      Confound(
        name: "chosen by the minimum in the published loop, not by chance",
        arm: "minimum-published", other: "random-published"),
      Confound(
        name: "chosen by the maximum in the published loop, not by chance",
        arm: "maximum-published", other: "random-published"),
      Confound(name: "clipping", arm: "\(base)-published", other: base),
    ].filter { $0.arm != $0.other }
  }

  /// What each thing that the text changed at once does by itself.
  var confounds: HTMLReport.Section {
    let axis = Chart.Axis("comparison", ticks: comparisons.indices.map { Double($0 + 1) })
    let series = result.options.models.enumerated().map { index, model in
      Chart.Series(
        OnlineSelectionResult.shortName(of: model),
        points: comparisons.enumerated().flatMap { place, comparison -> [Chart.Point] in
          let found = difference(comparison, model)
          let x = Double(place + 1) + 0.12 * Double(index - 1)
          // The point without a value breaks the line: comparisons are no sequence.
          return [
            .init(x: x, y: found?.mean, lower: found?.lower, upper: found?.upper),
            .init(x: x, y: nil),
          ]
        }, color: index)
    }
    return .init(
      "The effect of each confound",
      blocks: [
        .paragraph(
          "Each comparison is of two arms that differ in one thing, at the published rate, in "
            + "points of test accuracy with 95 % bootstrap intervals over seeds."),
        .list(
          comparisons.enumerated().map { "\($0 + 1): \($1.name) (\($1.arm) less \($1.other))" }),
        .charts([
          Chart(
            "What one change does to the accuracy", subtitle: "by the numbers above",
            xAxis: axis, yAxis: .init("points", includesZero: true), series: series)
        ]),
        .table(
          TextTable(
            columns: [.init("Comparison", alignment: .left)]
              + result.options.models.flatMap {
                [
                  .init(OnlineSelectionResult.shortName(of: $0), unit: "points"), .init("From"),
                  .init("To"),
                ]
              },
            rows: comparisons.map { comparison in
              [.text(comparison.name)]
                + result.options.models.flatMap { model -> [TextTable.Cell] in
                  let found = difference(comparison, model)
                  return [
                    .number(found?.mean, .decimals(2)), .number(found?.lower, .decimals(2)),
                    .number(found?.upper, .decimals(2)),
                  ]
                }
            })),
        .note(
          label: "The published loop",
          text:
            "Gradients are not cleared between the parts' steps, so the i-th of k steps applies "
            + "the sum of the first i parts' gradients, all of them from before the first step. "
            + "Together the parts weigh (k + 1)/2 times what the text describes: 1.5 for two, 2.5 "
            + "for four. By itself that is a larger learning rate under another name. But momentum "
            + "remembers it: at μ = 0.9 and a steady gradient g, the velocity settles at "
            + "(μ³ + 2μ² + 3μ + 4)/(1 − μ⁴) g = 26 g behind four parts, instead of 10 g, and where the "
            + "next iteration takes the whole batch, it goes on with that at the whole rate. Sizes that "
            + "change from one iteration to the next, by whatever rule, jump."),
      ])
  }

  private func difference(_ comparison: Confound, _ model: String) -> PairedDifference? {
    result.difference(
      of: comparison.arm, from: comparison.other, model: model, setting: .published)
  }

  /// What an epoch of each arm costs.
  var costs: HTMLReport.Section {
    let power = EnergyModel.published
    return .init(
      "What selection costs",
      blocks: [
        .paragraph(
          "Seconds of an epoch with its test, the median of some that ran alone, the arms taking "
            + "turns. Energy is modelled, 16 W times the seconds. Scored: samples run forward to "
            + "compare candidates, per training sample. Where all candidates must have the same "
            + "loss, nothing is run forward at all; with dropout one pass a candidate, since without "
            + "coupling its parts needn't be run apart."),
        .table(
          TextTable(
            columns: [
              .init("Model", alignment: .left), .init("Arm", alignment: .left),
              .init("Seconds per epoch"), .init("Against \(result.options.baseline)", unit: "×"),
              .init("Energy*", unit: "J"), .init("Scored", unit: "× samples"),
              .init("Seconds to target"),
            ],
            rows: rows.filter { $0.setting == .published }.map { row in
              let baseline = rows(row.model, .published)
                .first { $0.arm == result.options.baseline }?.secondsPerEpoch
              let energy = row.secondsPerEpoch.flatMap {
                power.energy(for: .measured(Seconds($0))).value
              }
              return [
                .text(row.model), .text(row.arm), .number(row.secondsPerEpoch, .significant(3)),
                .number(
                  row.secondsPerEpoch.flatMap { own in baseline.map { own / $0 } }, .decimals(2)),
                .number(energy?.value, .significant(3)),
                .number(row.scoredPerSample, .decimals(2)),
                .number(
                  row.secondsToTarget(samplesPerEpoch: result.samplesPerEpoch), .significant(3)),
              ]
            })),
      ])
  }
}
