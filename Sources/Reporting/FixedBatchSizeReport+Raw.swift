import Studies

extension FixedBatchSizeReport {
  /// What the models cost, whatever the batch size.
  var costs: HTMLReport.Section {
    .init(
      "Costs that don't depend on the batch size",
      blocks: [
        .table(
          TextTable(
            columns: [
              .init("Model", alignment: .left), .init("Parameters", alignment: .right),
              .init("FLOPs per image", alignment: .right),
              .init("Bytes on disk", alignment: .right),
            ],
            rows: result.models.map { model in
              [
                .text(model.name), .number(Double(model.cost.parameters), .decimals(0)),
                .number(Double(model.cost.flops), .decimals(0)),
                .number(Double(model.bytes), .decimals(0)),
              ]
            })),
        .paragraph(
          "FLOPs by the text's count: for each output of a dense layer a multiplication per "
            + "input, one addition less, and one for the bias."),
      ])
  }

  /// Every training, on demand.
  var raw: HTMLReport.Section {
    .init(
      "Raw data",
      blocks: [
        .paragraph(
          "results.json holds everything, latency samples included; results.csv the rows. A "
            + "fingerprint is one hash over weights and optimizer state: the same seed and options "
            + "give the same again."),
        .details(
          summary: "All \(result.trainings.count) trainings", blocks: [.table(trainingsTable)]),
      ])
  }

  private var trainingsTable: TextTable {
    TextTable(
      columns: [
        .init("Model", alignment: .left), .init("Arm", alignment: .left),
        .init("Batch", alignment: .right), .init("Trial", alignment: .right),
        .init("Learning rate"), .init("Seconds per epoch"), .init("Training loss"),
        .init("Test loss"), .init("Test accuracy", unit: "%"),
        .init("Fingerprint", alignment: .left),
      ],
      rows: result.trainings.map { training in
        let seconds = training.epochs.map(\.seconds).reduce(0, +) / Double(training.epochs.count)
        return [
          .text(training.model), .text(training.arm),
          .number(Double(training.batchSize), .decimals(0)),
          .number(Double(training.trial + 1), .decimals(0)),
          .number(training.learningRate, .significant(3)),
          .number(training.isTimed ? seconds : nil, .significant(3)),
          .number(training.epochs.last?.trainingLoss, .significant(4)),
          .number(training.testLoss, .significant(4)),
          .number(training.testAccuracy * 100, .decimals(2)), .text(training.fingerprint),
        ]
      })
  }
}
