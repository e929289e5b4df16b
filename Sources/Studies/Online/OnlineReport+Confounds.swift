import Measurement
import Reporting
import Statistics

extension OnlineReport {
  /// A comparison of two arms that differ in one thing.
  private typealias Confound = (name: String, arm: String, other: String)

  private var comparisons: [Confound] {
    let base = result.options.baseline
    let smallest = result.options.candidates.min().map { "fixed-\($0)" } ?? ""
    return [
      ("smaller parts, nothing chosen", smallest, base),
      ("sizes drawn at random", "random", base),
      ("chosen by the minimum, not at random", "minimum", "random"),
      ("chosen by the maximum, not at random", "maximum", "random"),
      ("the masks that won the minimum, used again", "minimum", "minimum-fresh"),
      ("the masks that won the maximum, used again", "maximum", "maximum-fresh"),
      ("the published loop, one fixed size", "\(smallest)-published", smallest),
      ("the published loop, sizes drawn at random", "random-published", "random"),
      (
        "chosen by the minimum in the published loop, not at random", "minimum-published",
        "random-published"
      ),
      (
        "chosen by the maximum in the published loop, not at random", "maximum-published",
        "random-published"
      ),
      ("clipping", "\(base)-published", base),
    ].filter { $0.arm != $0.other }
  }

  private func difference(_ comparison: Confound, _ model: String) -> PairedDifference? {
    result.difference(
      of: comparison.arm, from: comparison.other, model: model, setting: .published)
  }

  /// What each thing that the article changed at once does by itself.
  var confounds: HTMLReport.Section {
    let axis = Chart.Axis("comparison", ticks: comparisons.indices.map { Double($0 + 1) })
    let series = result.options.models.enumerated().map { index, model in
      Chart.Series(
        OnlineStudy.shortName(of: model),
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
    let columns =
      Column<Confound>.text("comparison", "Comparison") { $0.name }
      + result.options.models.flatMap { model in
        Column<Confound>.number(model, OnlineStudy.shortName(of: model), "points", .decimals(2)) {
          difference($0, model)?.mean
        }
          + Column.number("\(model) from", "From", .decimals(2)) { difference($0, model)?.lower }
          + Column.number("\(model) to", "To", .decimals(2)) { difference($0, model)?.upper }
      }
    return .init(
      "The effect of each confound",
      .paragraph(
        "Each comparison is of two arms that differ in one thing, at the published rate, in "
          + "points of test accuracy with 95 % bootstrap intervals over seeds."),
      .list(comparisons.enumerated().map { "\($0 + 1): \($1.name) (\($1.arm) less \($1.other))" }),
      .charts([
        Chart(
          "What one change does to the accuracy", subtitle: "by the numbers above", xAxis: axis,
          yAxis: .init("points", includesZero: true), series: series)
      ]),
      .table(TextTable(comparisons, columns)),
      .note(
        label: "The published loop",
        text: "Gradients are not cleared between the parts' steps, so the i-th of k steps applies "
          + "the sum of the first i parts' gradients, all of them from before the first step. "
          + "Together the parts weigh (k + 1)/2 times what the article describes: 1.5 for two, 2.5 "
          + "for four. By itself that is a larger learning rate under another name. But momentum "
          + "remembers it: at μ = 0.9 and a steady gradient g, the velocity settles at (μ³ + 2μ² + "
          + "3μ + 4)/(1 − μ⁴) g = 26 g after four parts, instead of 10 g, and where the next "
          + "iteration takes the whole batch, it goes on with that at the whole rate. Sizes that "
          + "change from one iteration to the next, by whatever rule, jump."))
  }

  /// What an epoch of each arm costs.
  var costs: HTMLReport.Section {
    let published = rows.filter { $0.setting == .published }
    let baselines = published.filter { $0.arm == result.options.baseline }
    let columns =
      columns
      + Column.number("against", "Against \(result.options.baseline)", "×", .decimals(2)) { row in
        let baseline = baselines.first { $0.model == row.model }?.secondsPerEpoch
        return row.secondsPerEpoch.flatMap { own in baseline.map { own / $0 } }
      }
      + Column.number("energy", "Energy*", "J", .significant(3)) { row in
        row.secondsPerEpoch.flatMap {
          EnergyModel.published.energy(for: .measured(Seconds($0))).value?.value
        }
      }
      + Column.number("to_target", "Time to target", "s", .significant(3)) { row in
        guard let samples = TrialMean(row.samplesToTarget), let own = row.secondsPerEpoch else {
          return nil
        }
        return samples.mean / Double(result.samplesPerEpoch) * own
      }
    let names = [
      "model", "arm", "seconds_per_epoch", "against", "energy", "scored_per_sample", "to_target",
    ]
    return .init(
      "What selection costs",
      .paragraph(
        "Seconds of an epoch with its test, the median of some that ran alone, the arms taking "
          + "turns. Energy is modelled, 16 W times the seconds. Scored: samples run forward to "
          + "compare candidates, per training sample. Where all candidates must have the same "
          + "loss, nothing is run forward at all; with dropout one pass a candidate, since without "
          + "coupling its parts needn't be run apart."),
      .table(TextTable(published, columns, names)))
  }
}
