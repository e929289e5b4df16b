import Reporting
import TrainingCore

extension OnlineReport {
  /// What was chosen for one model, and by which losses.
  func selectionSection(_ model: String) -> HTMLReport.Section {
    let shares = [BatchSizeSelection.Criterion.minimum, .maximum].map { criterion in
      candidateChart(
        "Chosen by the \(criterion.rawValue)", "share of an epoch's iterations, as described",
        "per cent", model, arm: criterion, includesZero: true
      ) { epoch, candidate in
        100 * Double(epoch.choices[candidate]) / Double(epoch.iterations)
      }
    }
    let losses = candidateChart(
      "The candidates' losses", "each epoch's mean, in the minimum arm", "nats per image", model
    ) { epoch, candidate in
      epoch.candidateLosses.isEmpty ? .nan : epoch.candidateLosses[candidate]
    }
    let gaps = candidateChart(
      "Their differences", "candidate less the whole base batch", "nats per image", model
    ) { epoch, candidate in
      epoch.candidateLosses.isEmpty
        ? .nan : epoch.candidateLosses[candidate] - epoch.candidateLosses[0]
    }
    let choices = TextTable(
      rows(model, .published).filter { $0.candidates.count > 1 }, columns,
      ["arm"] + result.options.candidates.map { "share_\($0)" } + ["tie_share"],
      caption: "How often each size was chosen, per cent of iterations")
    return .init(
      "\(model): what was chosen", .paragraph(explanation(model)),
      .charts(shares + [losses, gaps]), .table(choices))
  }

  private func explanation(_ model: String) -> String {
    let name = BatchSizeSelection.Criterion.minimum.rawValue
    let row = rows(model, .published).first { $0.arm == name }
    let ties =
      row.map { NumberFormat.decimals(0).string(100 * $0.tieShare) } ?? NumberFormat.unavailable
    guard let selection = result.arms.first(where: { $0.name == name })?.selection,
      let spec = try? ModelSpec(named: model), selection.canDiffer(for: spec)
    else {
      return "\(ties) % of the iterations are ties, by the arithmetic contract: the losses are "
        + "sums over the same samples, in other parts, and the same number to the last bit, so "
        + "nothing is run forward to compare them. The first candidate is taken, and online "
        + "selection is training with a fixed batch of \(result.options.candidates.first ?? 0)."
    }
    guard selection.couples(spec) else {
      return "\(ties) % of the iterations are ties. The candidates differ by their dropout masks "
        + "alone; which batch size they belong to plays no part."
    }
    return "\(ties) % of the iterations are ties. Batch normalisation makes the loss depend on the "
      + "parts: statistics over fewer samples are noisier. A difference below that keeps its sign "
      + "from epoch to epoch is a bias of the loss, not news of the weights."
  }

  /// A figure of each candidate over the epochs, averaged over trials.
  private func candidateChart(
    _ title: String, _ subtitle: String, _ unit: String, _ model: String,
    arm: BatchSizeSelection.Criterion = .minimum, includesZero: Bool = false,
    _ figure: @escaping (OnlineRecord.Epoch, _ candidate: Int) -> Double
  ) -> Chart {
    let trainings = result.trainings(model: model, setting: .published, arm: arm.rawValue)
    return Chart(
      title, subtitle: subtitle, xAxis: epochAxis,
      yAxis: .init(unit, includesZero: includesZero),
      series: result.options.candidates.enumerated().map { index, size in
        .init("\(size)", points: means(trainings) { figure($0, index) }, color: index)
      })
  }
}
