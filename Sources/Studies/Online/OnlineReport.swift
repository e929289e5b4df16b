import Reporting
import Statistics

/// The online-selection study as a page and tables.
struct OnlineReport {
  let result: StudyResult<OnlineStudy>
  let rows: [OnlineRow]

  init(_ result: StudyResult<OnlineStudy>) {
    self.result = result
    rows = result.rows
  }

  var columns: [Column<OnlineRow>] {
    Column<OnlineRow>.text("model", "Model", \.model)
      + Column.text("setting", "Setting", \.setting.rawValue) + Column.text("arm", "Arm", \.arm)
      + Column.number("learning_rate", "Rate", .significant(2), \.learningRate)
      + Column.count("trials", "Trials") { $0.accuracyPercent?.count }
      + Column.mean("accuracy_percent", "Accuracy", "%", .decimals(2), \.accuracyPercent)
      + Column.number("test_loss", "Test loss", "nats", .decimals(4)) { $0.testLoss?.mean }
      + Column.number(
        "difference_points", "Against \(result.options.baseline)", "points", .decimals(2)
      ) { $0.difference?.mean }
      + Column.number("difference_from", "From", .decimals(2)) { $0.difference?.lower }
      + Column.number("difference_to", "To", .decimals(2)) { $0.difference?.upper }
      + Column.number("tie_share", "Ties", "%", .decimals(1), scale: 100, \.tieShare)
      + result.options.candidates.flatMap { size in
        Column.number("share_\(size)", "\(size)", "%", .decimals(1), scale: 100) { row in
          row.candidates.firstIndex(of: size).map { row.shares[$0] } ?? 0
        }
      }
      + Column.number("samples_to_target", "Samples to target", .decimals(0)) {
        TrialMean($0.samplesToTarget)?.mean
      }
      + Column.count("trials_at_target", "Reached by", \.samplesToTarget.count)
      + Column.number("seconds_per_epoch", "Time/epoch", "s", .significant(3), \.secondsPerEpoch)
      + Column.number("scored_per_sample", "Scored", "× samples", .decimals(2), \.scoredPerSample)
  }

  var report: StudyReport {
    let options = result.options
    return StudyReport(
      title: "Batch size variation: online selection, as described, as published and controlled",
      lead:
        "“Batch Size Variation” chooses the batch size anew at every iteration, by the smallest or "
        + "the largest average loss of a forward pass over 256 images in parts of 256, 128 or 64, "
        + "with the learning rate in proportion, and finds that it does worse than a fixed 256. "
        + "Here it is repeated with three perceptrons on "
        + "\(NumberFormat.whole(result.data.training)) images of \(result.data.name): as the "
        + "article describes it, as its author's loop does it, and with one thing changed at a "
        + "time. Differences are between trainings of the same seed, with 95 % bootstrap intervals "
        + "over \(result.options.trials) seeds; claims are judged from "
        + "\(StudyResult<OnlineStudy>.fewestTrials) seeds on.",
      claims: result.claims,
      sections: options.models.map(publishedSection) + options.models.map(selectionSection)
        + [confounds, costs, rates, raw],
      facts: result.data.facts + [
        .init(
          "Optimizer",
          "SGD, momentum 0.9, weight decay 5e-4, rate \(options.learningRate), a tenth of it on a "
            + "plateau"),
        .init("Epochs", "\(options.epochs), the last, short batch dropped"),
        .seeds(from: options.seed),
      ],
      table: TextTable(allOf: rows, columns), summary: summary,
      notes: "fixed, random, minimum, maximum: what decides the size; fresh: scored on other "
        + "masks; published: the author's loop. All at rate \(options.learningRate). Points of "
        + "accuracy against \(options.baseline), by 95 % bootstrap intervals.")
  }

  /// The rows at the published rate, for the terminal.
  var summary: TextTable {
    TextTable(
      rows.filter { $0.setting == .published },
      columns
        + Column.text("short", "Model") { OnlineStudy.shortName(of: $0.model) }
        + Column.number("ties", "Ties", "%", .decimals(0), scale: 100) {
          $0.candidates.count > 1 ? $0.tieShare : nil
        },
      [
        "short", "arm", "accuracy_percent", "difference_points", "difference_from",
        "difference_to", "ties", "seconds_per_epoch",
      ])
  }

  func rows(_ model: String, _ setting: OnlineRecord.Setting) -> [OnlineRow] {
    rows.filter { $0.model == model && $0.setting == setting }
  }

  /// The article's four plots for one model: loss and accuracy, minimum and maximum, against the
  /// baseline.
  private func publishedSection(_ model: String) -> HTMLReport.Section {
    let charts = [BatchSizeSelection.Criterion.minimum, .maximum].flatMap { criterion -> [Chart] in
      let name = criterion.rawValue
      let arms = [
        (result.options.baseline, "fixed \(result.options.baseBatchSize)"),
        ("\(name)-published", "as published"), (name, "as described"),
      ]
      return [
        curves("Loss, \(name) criterion", "nats per image", model, arms) { $0.validationLoss },
        curves("Accuracy, \(name) criterion", "per cent", model, arms) {
          100 * $0.validationAccuracy
        },
      ]
    }
    return .init(
      "\(model): the article's plots",
      .paragraph(
        "The article plots loss and accuracy over the epochs, for the minimum and the maximum "
          + "criterion, each against training with a fixed batch of "
          + "\(result.options.baseBatchSize). All arms have the published rate. The target is the "
          + "least held-out accuracy that \(result.options.baseline) ends with in any trial."),
      .charts(charts), .table(table(model, .published)))
  }

  private func table(_ model: String, _ setting: OnlineRecord.Setting) -> TextTable {
    TextTable(
      rows(model, setting), columns,
      [
        "arm", "learning_rate", "accuracy_percent", "accuracy_percent_95", "difference_points",
        "difference_from", "difference_to", "test_loss", "samples_to_target", "trials_at_target",
      ])
  }

  /// A figure of each epoch, averaged over trials, for some arms.
  private func curves(
    _ title: String, _ unit: String, _ model: String, _ arms: [(name: String, label: String)],
    _ figure: (OnlineRecord.Epoch) -> Double
  ) -> Chart {
    Chart(
      title, subtitle: "held-out images, mean over trials", xAxis: epochAxis, yAxis: .init(unit),
      series: arms.enumerated().compactMap { color, arm in
        let trainings = result.trainings(model: model, setting: .published, arm: arm.name)
        return trainings.isEmpty
          ? nil : .init(arm.label, points: means(trainings, figure), color: color)
      })
  }

  /// The mean over trials of a figure of each epoch.
  func means(
    _ trainings: [OnlineRecord.Training], _ figure: (OnlineRecord.Epoch) -> Double
  ) -> [Chart.Point] {
    (0..<result.options.epochs).map { epoch in
      let figures = trainings.compactMap { training in
        training.epochs.indices.contains(epoch) ? figure(training.epochs[epoch]) : nil
      }
      return Chart.Point(
        x: Double(epoch + 1),
        y: figures.isEmpty ? nil : figures.reduce(0, +) / Double(figures.count))
    }
  }

  var epochAxis: Chart.Axis { .epochs(result.options.epochs) }

  /// Each controlled arm at a rate of its own.
  private var rates: HTMLReport.Section {
    let columns =
      Column<OnlineRecord.ChosenRate>.text("arm", "Arm", \.arm)
      + result.options.grid.flatMap { rate in
        Column.number("\(rate)", "\(rate)", "nats", .decimals(4)) {
          $0.tried.first { $0.rate == rate }?.validationLoss
        }
      } + Column.number("chosen", "Chosen", .significant(2), \.chosen)
    return .init(
      "Each arm at its own learning rate",
      blocks: [
        .paragraph(
          "One rate for all arms may suit one of them best. Here each controlled arm has the one "
            + "of \(result.options.grid.map { "\($0)" }.joined(separator: ", ")) that left the "
            + "smallest loss on the held-out images, with a seed that no trial has.")
      ]
        + result.options.models.flatMap { model -> [HTMLReport.Block] in
          let tried = TextTable(result.rates.filter { $0.model == model }, columns)
          return [
            .paragraph(model), .table(table(model, .tuned)),
            .details(summary: "\(model): the rates that were tried", blocks: [.table(tried)]),
          ]
        })
  }

  private var raw: HTMLReport.Section {
    let columns =
      Column<OnlineRecord.Training>.text("model", "Model") { OnlineStudy.shortName(of: $0.model) }
      + Column.text("setting", "Setting", \.setting.rawValue) + Column.text("arm", "Arm", \.arm)
      + Column.count("trial", "Trial") { $0.trial + 1 }
      + Column.number("learning_rate", "Rate", .significant(2), \.learningRate)
      + Column.number("training_loss", "Training loss", .significant(4)) {
        $0.epochs.last?.trainingLoss
      }
      + Column.number("test_loss", "Test loss", .significant(4), \.testLoss)
      + Column.number("accuracy", "Test accuracy", "%", .decimals(2), scale: 100, \.testAccuracy)
      + Column.text("fingerprint", "Fingerprint", \.fingerprint)
    return .rawData(
      ", each epoch of each training included; results.csv the rows",
      " Equal fingerprints of two arms mean that they are one and the same training.",
      all: "\(result.trainings.count) trainings", TextTable(result.trainings, columns))
  }
}
