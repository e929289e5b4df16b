import CommandLineTools
import Datasets
import Files
import Measurement
import Reporting
import Studies
import TrainingCore

/// `batchwise evaluate`: size, speed, accuracy, energy and carbon of a trained model.
enum EvaluateCommand {
  static let command = Command(
    name: "evaluate",
    summary: "size, parameters, FLOPs, latency, accuracy, energy and carbon of a checkpoint",
    operands: [.init("CHECKPOINT", help: "a checkpoint file, or a training's folder")],
    options: [
      .init("--data", "D", help: "the data set to test on (default: the one trained on)"),
      .init("--normalization", "FORM", help: "how pixels are normalised (default: as trained)"),
      .init("--batch-size", "B", help: "images per forward pass (default 1)"),
      .init(
        "--model", "M", help: "the model, for a file that holds tensors alone, as PyTorch saves"),
      CarbonOption.option, .init("--json", help: "print JSON instead of tables"), Engine.option,
      Engine.threadsOption,
    ], run: run)

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    let batchSize = try arguments.integer("--batch-size", in: 1...10_000_000) ?? 1
    let intensity = try CarbonOption.intensity(arguments)
    var dataOptions = DataOptions()
    let weights = try GivenWeights(at: arguments.operands[0], arguments, &dataOptions)
    let configuration =
      weights.configuration
      ?? RunConfiguration(
        model: weights.model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0),
        batchSize: 1, seed: 0)
    let state = try weights.state(for: configuration.optimizer)
    try dataOptions.read(arguments)
    let trainer = try engine.trainer.init(configuration, state: state, threads: engine.threads)
    let dataset = try DatasetCatalog().load(dataOptions.name)
    let scale = PixelScale(dataOptions.normalization, fittedTo: dataset.training)
    let test = try configuration.model.fitting(
      scale.examples(from: dataset.test, classCount: dataset.classCount))
    guard batchSize <= test.count else {
      throw CommandError.failure(
        "--batch-size \(batchSize) is more than the \(test.count) test images: use a smaller one")
    }
    let evaluation = try Evaluation(
      of: trainer, configuration,
      bytes: Checkpoint.weights(of: state, model: configuration.model).encoded().count, on: test,
      of: dataOptions.name, batchSize: batchSize, threads: engine.threads,
      carbonIntensity: intensity)
    if arguments.has("--json") {
      try Console.json(evaluation)
    } else {
      let tables = EvaluationTables(evaluation)
      try Console.line(tables.criteria.terminalText())
      try Console.line(tables.layers.terminalText())
      try Console.line(Command.paragraph(tables.legend))
    }
  }
}

/// The tables that `batchwise evaluate` prints.
struct EvaluationTables {
  private let evaluation: Evaluation

  init(_ evaluation: Evaluation) { self.evaluation = evaluation }

  /// The model's size, speed, accuracy, energy and carbon.
  var criteria: TextTable {
    let calls = evaluation.calls
    let copies = evaluation.latency.copies.count
    let interval = evaluation.latency.interval.map { " [\($0)]" }
    let band = evaluation.energy.carbonBand(at: evaluation.carbonIntensity).map {
      ", \($0.lowerBound) to \($0.upperBound)"
    }
    return TextTable(
      columns: [.init("criterion", alignment: .left), .init("figure", alignment: .left)],
      rows: [
        ("model", evaluation.model),
        (
          "size",
          "\(whole(evaluation.bytes)) bytes on disk, \(whole(evaluation.bytesInMemory)) in memory"
        ), ("parameters", whole(evaluation.cost.parameters)),
        ("FLOPs per image", whole(evaluation.cost.flops)),
        (
          "latency per image",
          "\(evaluation.secondsPerImage)\(interval ?? "") at batch \(evaluation.batchSize), "
            + "\(copies) copies"
        ), ("call, median", calls.median.text), ("call, p90", calls.percentile90.text),
        ("call, p99", calls.percentile99.text),
        (
          "accuracy",
          "\(NumberFormat.decimals(2).string(evaluation.accuracy * 100)) % of "
            + "\(whole(evaluation.images)) test images of \(evaluation.data)"
        ), ("loss per image", "\(NumberFormat.decimals(4).string(evaluation.loss)) nats"),
        ("energy per image", energy),
        (
          "how it is known",
          "\(evaluation.energy.provenance.rawValue): \(evaluation.energy.source), "
            + "\(evaluation.energy.interval) an image"
        ),
        (
          "CO₂e per image",
          (evaluation.carbon.value?.description ?? NumberFormat.unavailable) + (band ?? "")
        ), ("how it is known", "modelled: \(evaluation.carbonIntensity)"),
        ("energy, the article's", evaluation.publishedEnergy.description),
      ].map { [.text($0.0), .text($0.1)] })
  }

  private var energy: String {
    let band = evaluation.energy.band.map { ", \($0)" }
    return (evaluation.energy.joules?.description ?? NumberFormat.unavailable) + (band ?? "")
  }

  /// The model layer by layer, and its sums.
  var layers: TextTable {
    var table = TextTable(
      columns: [
        .init("layer", alignment: .left), .init("output", alignment: .left),
        .init("parameters", alignment: .right), .init("averages", alignment: .right),
        .init("FLOPs", alignment: .right), .init("multiply–adds", alignment: .right),
      ],
      rows: evaluation.layers.map { layer in
        [.text(layer.name), .text(layer.output.description)]
          + Self.cells([layer.parameters, layer.statistics, layer.flops, layer.multiplyAccumulates])
      })
    table.rows.append(
      [.text("in all"), .text("")]
        + Self.cells([
          evaluation.cost.parameters, evaluation.cost.statistics, evaluation.cost.flops,
          evaluation.layers.reduce(0) { $0 + $1.multiplyAccumulates },
        ]))
    return table
  }

  /// Cells of whole numbers.
  static func cells(_ counts: [Int]) -> [TextTable.Cell] {
    counts.map { .number(Double($0), .decimals(0)) }
  }

  /// The explanation below the tables.
  var legend: String {
    "A latency per image is the mean of the copies' medians, with its 95 % interval by Student's t; "
      + "copies differ in where their weights lie in memory. Energy is counted over passes of its "
      + "own. " + (evaluation.energy.provenance == .modelled ? "\(EnergyModel.assumptions) " : "")
      + "FLOPs of an image by the article's count: for each output a multiplication per "
      + "input, one addition less, and one for the bias. Multiply–adds count the multiplications "
      + "alone. Calls have 95 % intervals by order statistics; “–” marks a percentile that needs more "
      + "calls."
  }

  private func whole(_ count: Int) -> String { NumberFormat.whole(count) }
}
