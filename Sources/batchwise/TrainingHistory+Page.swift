import Measurement
import Reporting
import TrainingCore

extension TrainingHistory {
  /// The page with the training's curves and figures.
  var page: HTMLReport {
    HTMLReport(
      title: "Training of \(configuration.model.name) on \(data.name)", lead: lead,
      sections: epochs.isEmpty ? [] : [figures, curves, table],
      facts: facts + HTMLReport.Fact.facts(of: .current))
  }

  private var lead: String {
    let trained =
      "\(NumberFormat.counted(epochs.count, "epoch")) over "
      + "\(NumberFormat.counted(data.trainingCount, "image")) in batches of "
      + "\(NumberFormat.whole(configuration.batchSize)), by \(configuration.optimizer.name) at a "
      + "rate of \(NumberFormat.shortest(learningRate))."
    guard let test else { return trained + " The training hasn't ended." }
    return trained + " \(test.text)."
  }

  private var figures: HTMLReport.Section {
    let percent = NumberFormat.decimals(2)
    var figures: [(figure: String, meaning: String)] = []
    if let test {
      figures.append(("\(percent.string(100 * test.accuracy)) %", "test accuracy"))
    }
    if let best, let accuracy = best.validationAccuracy {
      figures.append(
        ("\(percent.string(100 * accuracy)) %", "best validation accuracy, epoch \(best.epoch)"))
    }
    if let secondsPerEpoch {
      let seconds = NumberFormat.significant(3).string(secondsPerEpoch)
      figures.append(("\(seconds) s", "an epoch's training, on average"))
    }
    let parameters = NumberFormat.whole(ModelCost(of: configuration.model).parameters)
    return .init("Results", blocks: [.keyFigures(figures + [(parameters, "parameters")])])
  }

  private var curves: HTMLReport.Section {
    func chart(
      _ title: String, _ unit: String, _ figures: [(String, (EpochRecord) -> Double?)]
    ) -> Chart {
      let drawn = figures.enumerated().filter { epochs.map($0.element.1).contains { $0 != nil } }
      return Chart(
        title, xAxis: .epochs(epochs.count), yAxis: .init(unit),
        series: drawn.map { series($0.element.0, color: $0.offset, $0.element.1) })
    }
    var charts = [
      chart(
        "Loss", "nats per image", [("training", \.trainingLoss), ("validation", \.validationLoss)]),
      chart(
        "Accuracy", "%",
        [
          ("training", { 100 * $0.trainingAccuracy }),
          ("validation", { $0.validationAccuracy.map { 100 * $0 } }),
        ]),
    ]
    if Set(epochs.map(\.learningRate)).count > 1 {
      charts.append(
        chart("Learning rate", "at the epoch's last step", [("rate", \.learningRate)]))
    }
    return .init(
      "Curves",
      blocks: [
        .paragraph(
          "Training figures are of the epoch's own steps, each image in training mode at the weights "
            + "before its step; validation figures are of the weights after the epoch."),
        .charts(charts),
      ])
  }

  private var table: HTMLReport.Section {
    .init(
      "Every epoch",
      blocks: [
        .paragraph("history.csv has the same with every digit, history.json the settings, too."),
        .details(
          summary: NumberFormat.counted(epochs.count, "epoch"),
          blocks: [.table(TextTable(epochs, Self.columns))]),
      ])
  }

  private var facts: [HTMLReport.Fact] {
    [
      .init("Data", "\(data.name), normalised \(data.normalization)"),
      .init("Seed", "\(configuration.seed)"), .init("Fingerprint", fingerprint),
    ]
  }
}

extension TestResult {
  /// The result in words.
  var text: String {
    "Test accuracy \(NumberFormat.decimals(2).string(100 * accuracy)) %, loss "
      + "\(NumberFormat.decimals(4).string(loss)), of \(NumberFormat.counted(images, "image"))"
  }
}
