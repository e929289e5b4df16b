import CommandLineTools
import Files
import Foundation
import Reporting
import TrainingCore

/// `batchwise compare`: trainings beside one another, as curves on one page and as a table.
enum CompareCommand {
  static let command = Command(
    name: "compare", summary: "trainings beside one another: their curves on a page, and a table",
    discussion: """
      Reads the history.json of each training's folder, prints a table, and writes
      compare.html with the curves of all of them.
      """,
    operands: [
      .init("RUN", help: "a folder that batchwise train has written to"),
      .init("RUN", help: "others", isRepeated: true),
    ],
    options: [.init("--output", "DIR", help: "the folder to write to (default out/compare)")],
    run: run)

  /// A training and the folder that names it.
  struct Run {
    let name: String
    let history: TrainingHistory
  }

  private static let fileName = "compare.html"

  private static func run(_ arguments: Arguments) throws {
    let runs = try arguments.operands.map {
      Run(name: $0, history: try TrainingHistory(folder: $0))
    }
    let path = try arguments.path("--output") ?? "out/compare"
    let folder = try OutputFolder(URL(filePath: path, directoryHint: .isDirectory))
    try folder.write(page(of: runs).html(), as: fileName)
    try Console.line(
      TextTable(
        runs, columns,
        [
          "run", "batch_size", "learning_rate", "epochs", "validation_accuracy", "test_accuracy",
          "seconds_per_epoch",
        ]
      ).terminalText())
    try Console.line("\(folder.url.relativePath)/\(fileName) has the curves.")
  }

  private static var columns: [Column<Run>] {
    Column.list(
      Column.text("run", "Run", \.name),
      Column.text("model", "Model", \.history.configuration.model.name),
      Column.text("data", "Data", \.history.data.name),
      Column.count("batch_size", "Batch", \.history.configuration.batchSize),
      Column.text("optimizer", "Optimizer", \.history.configuration.optimizer.name),
      Column.number("learning_rate", "Rate", .significant(2), \.history.learningRate),
      Column.count("epochs", "Epochs", \.history.epochs.count),
      Column.number(
        "validation_accuracy", "Validation", "%", .decimals(2), scale: 100,
        \.history.validationAccuracy),
      Column.number(
        "best_validation_accuracy", "Best", "%", .decimals(2), scale: 100,
        \.history.best?.validationAccuracy),
      Column.number(
        "test_accuracy", "Test", "%", .decimals(2), scale: 100, \.history.test?.accuracy),
      Column.number(
        "seconds_per_epoch", "Time/epoch", "s", .significant(3), \.history.secondsPerEpoch))
  }

  /// The page with every run's curves, and the table of all.
  static func page(of runs: [Run]) -> HTMLReport {
    let images = Set(runs.map { "\($0.history.data.name) \($0.history.data.normalization)" })
    let note: [HTMLReport.Block] =
      images.count == 1
      ? []
      : [
        .note(
          label: "Different images.",
          text:
            "The runs were trained and tested on different data: their accuracies don't compare.")
      ]
    return HTMLReport(
      title: "\(NumberFormat.counted(runs.count, "training")) compared",
      lead:
        "The same figures of each run on the same axes: by epoch, and by the seconds of training "
        + "that they took.",
      sections: [
        .init("Runs", blocks: note + [.table(TextTable(runs, columns))]),
        .init("By epoch", blocks: [.charts(epochCharts(of: runs))]),
        .init(
          "By time",
          blocks: [
            .paragraph(
              "Times are comparable where the runs had the same machine, the same threads, and "
                + "nothing beside them."),
            .charts([
              chart(
                "Validation accuracy", "%", runs, xAxis: .init("seconds of training"),
                against: \.elapsed
              ) { $0.validationAccuracy.map { 100 * $0 } }
            ]),
          ]),
      ])
  }

  private static func epochCharts(of runs: [Run]) -> [Chart] {
    let axis = Chart.Axis.epochs(runs.map(\.history.epochs.count).max() ?? 0)
    func chart(
      _ title: String, _ unit: String, _ figure: (EpochRecord) -> Double?
    ) -> Chart {
      self.chart(title, unit, runs, xAxis: axis, against: { _ in nil }, figure)
    }
    return [
      chart("Training loss", "nats per image", \.trainingLoss),
      chart("Validation loss", "nats per image", \.validationLoss),
      chart("Training accuracy", "%") { 100 * $0.trainingAccuracy },
      chart("Validation accuracy", "%") { $0.validationAccuracy.map { 100 * $0 } },
    ]
  }

  /// A figure of all runs on the same axes.
  private static func chart(
    _ title: String, _ unit: String, _ runs: [Run], xAxis: Chart.Axis,
    against x: (TrainingHistory) -> [Double]?, _ figure: (EpochRecord) -> Double?
  ) -> Chart {
    Chart(
      title, xAxis: xAxis, yAxis: .init(unit),
      series: runs.enumerated().map { color, run in
        run.history.series(run.name, color: color, against: x(run.history), figure)
      })
  }
}
