import Studies
import TrainingCore

extension OnlineSelectionReport {
  /// What was chosen for one model, and by which losses.
  func selectionSection(_ model: String) -> HTMLReport.Section {
    let criteria = [BatchSizeSelection.Criterion.minimum, .maximum].map(\.rawValue)
    let shares = criteria.map { criterion in
      candidateChart(
        "Chosen by the \(criterion)", "share of an epoch's iterations, as described",
        "per cent", model, arm: criterion, includesZero: true
      ) { epoch, candidate in
        100 * Double(epoch.choices[candidate]) / Double(epoch.iterations)
      }
    }
    let losses = candidateChart(
      "The candidates' losses", "each epoch's mean, in the minimum arm", "nats per image", model,
      arm: criteria[0]
    ) { epoch, candidate in
      epoch.candidateLosses.indices.contains(candidate) ? epoch.candidateLosses[candidate] : .nan
    }
    let gaps = candidateChart(
      "Their differences", "candidate less the whole base batch", "nats per image", model,
      arm: criteria[0]
    ) { epoch, candidate in
      epoch.candidateLosses.indices.contains(candidate)
        ? epoch.candidateLosses[candidate] - epoch.candidateLosses[0] : .nan
    }
    return .init(
      "\(model): what was chosen",
      blocks: [
        .paragraph(explanation(model)), .charts(shares + [losses, gaps]),
        .table(choicesTable(model)),
      ])
  }

  private func explanation(_ model: String) -> String {
    let row = rows(model, .published).first {
      $0.arm == BatchSizeSelection.Criterion.minimum.rawValue
    }
    let ties = row.map { NumberFormat.decimals(0).string(100 * $0.tieShare) } ?? "–"
    guard let selection = arm(BatchSizeSelection.Criterion.minimum.rawValue)?.selection,
      let spec = try? ModelSpec(named: model), selection.canDiffer(for: spec)
    else {
      return "\(ties) % of the iterations are ties, by the arithmetic contract: the losses are "
        + "sums over the same samples, in other parts, and the same number to the last bit, so "
        + "nothing is run forward to compare them. The first candidate is taken, and online selection is "
        + "training with a fixed batch of \(result.options.candidates.first ?? 0)."
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
    _ title: String, _ subtitle: String, _ unit: String, _ model: String, arm: String,
    includesZero: Bool = false,
    _ figure: @escaping (OnlineSelectionResult.Epoch, _ candidate: Int) -> Double
  ) -> Chart {
    let trainings = result.trainings(model: model, setting: .published, arm: arm)
    return Chart(
      title, subtitle: subtitle, xAxis: epochAxis,
      yAxis: .init(unit, includesZero: includesZero),
      series: result.options.candidates.enumerated().map { index, size in
        .init("\(size)", points: means(trainings) { figure($0, index) }, color: index)
      })
  }

  private func choicesTable(_ model: String) -> TextTable {
    TextTable(
      caption: "How often each size was chosen, per cent of iterations",
      columns: [.init("Arm", alignment: .left)]
        + result.options.candidates.map { .init("\($0)", unit: "%") }
        + [.init("Ties", unit: "%")],
      rows: rows(model, .published).filter { $0.shares.count > 1 }.map { row in
        [.text(row.arm)] + row.shares.map { .number(100 * $0, .decimals(1)) }
          + [.number(100 * row.tieShare, .decimals(1))]
      })
  }
}
