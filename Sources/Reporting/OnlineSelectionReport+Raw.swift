import Studies

extension OnlineSelectionReport {
  /// Each controlled arm at a rate of its own.
  var rates: HTMLReport.Section {
    .init(
      "Each arm at its own learning rate",
      blocks: [
        .paragraph(
          "One rate for all arms may suit one of them best. Here each controlled arm has the one of "
            + "\(result.options.grid.map { "\($0)" }.joined(separator: ", ")) that left the smallest "
            + "loss on the held-out images, with a seed that no trial has.")
      ]
        + result.options.models.flatMap { model -> [HTMLReport.Block] in
          [
            .paragraph(model), .table(table(model, .tuned)),
            .details(
              summary: "\(model): the rates that were tried", blocks: [.table(tried(model))]),
          ]
        })
  }

  private func tried(_ model: String) -> TextTable {
    TextTable(
      columns: [.init("Arm", alignment: .left)]
        + result.options.grid.map { .init("\($0)", unit: "nats") } + [.init("Chosen")],
      rows: result.rates.filter { $0.model == model }.map { rate in
        [.text(rate.arm)] + rate.tried.map { .number($0.validationLoss, .decimals(4)) }
          + [.number(rate.chosen, .significant(2))]
      })
  }

  /// Every training, on demand.
  var raw: HTMLReport.Section {
    .init(
      "Raw data",
      blocks: [
        .paragraph(
          "results.json holds everything, each epoch of each training included; results.csv the "
            + "rows. A fingerprint is one hash over weights and optimizer state: the same seed and "
            + "options give the same again. Equal fingerprints of two arms mean that they are one "
            + "and the same training."),
        .details(
          summary: "All \(result.trainings.count) trainings", blocks: [.table(trainingsTable)]),
      ])
  }

  private var trainingsTable: TextTable {
    TextTable(
      columns: [
        .init("Model", alignment: .left), .init("Setting", alignment: .left),
        .init("Arm", alignment: .left), .init("Trial", alignment: .right), .init("Rate"),
        .init("Training loss"), .init("Test loss"), .init("Test accuracy", unit: "%"),
        .init("Fingerprint", alignment: .left),
      ],
      rows: result.trainings.map { training in
        [
          .text(OnlineSelectionResult.shortName(of: training.model)),
          .text(training.setting.rawValue),
          .text(training.arm), .number(Double(training.trial + 1), .decimals(0)),
          .number(training.learningRate, .significant(2)),
          .number(training.epochs.last?.trainingLoss, .significant(4)),
          .number(training.testLoss, .significant(4)),
          .number(training.testAccuracy * 100, .decimals(2)), .text(training.fingerprint),
        ]
      })
  }
}
