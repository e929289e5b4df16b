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
      RenameOption.option, CarbonOption.option,
      .init("--json", help: "print JSON instead of tables"),
    ] + Engine.options, run: run)

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
    let state = try weights.state(configuration.optimizer)
    try dataOptions.read(arguments)
    let trainer = try engine.trainer.init(configuration, state: state, threads: engine.threads)
    let dataset = try DataOptions.dataset(dataOptions.name)
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
      try Console.line(evaluation.criteria.terminalText())
      try Console.line(evaluation.layerTable.terminalText())
      try Console.line(Command.paragraph(evaluation.legend))
    }
  }
}

/// What `batchwise evaluate` prints.
extension Evaluation {
  /// The model's size, speed, accuracy, energy and carbon.
  fileprivate var criteria: TextTable {
    let interval = latency.interval.map { " [\($0)]" } ?? ""
    let joules = energy.joules?.description ?? NumberFormat.unavailable
    let energyBand = energy.band.map { ", \($0)" } ?? ""
    let grams = energy.band.map { [$0.lower, $0.upper].map { $0 * carbonIntensity.intensity } }
    let carbonBand = grams.map { ", \($0[0]) to \($0[1])" } ?? ""
    let carbon = self.carbon.value?.description ?? NumberFormat.unavailable
    let (whole, decimals) = (NumberFormat.whole, NumberFormat.decimals)
    return TextTable(
      ["criterion", "figure"],
      rows: [
        ["model", model],
        ["size", "\(whole(bytes)) bytes on disk, \(whole(bytesInMemory)) in memory"],
        ["parameters", whole(cost.parameters)], ["FLOPs per image", whole(cost.flops)],
        [
          "latency per image",
          "\(secondsPerImage)\(interval) at batch \(batchSize), \(latency.copies.count) copies",
        ],
        ["call, median", calls.median.text], ["call, p90", calls.percentile90.text],
        ["call, p99", calls.percentile99.text],
        [
          "accuracy",
          "\(decimals(2).string(accuracy * 100)) % of \(whole(images)) test images of \(data)",
        ], ["loss per image", "\(decimals(4).string(loss)) nats"],
        ["energy per image", joules + energyBand],
        [
          "how it is known",
          energy.joules == nil
            ? "unavailable, see below"
            : "\(energy.provenance.rawValue): \(energy.source), \(energy.interval) an image",
        ], ["CO₂e per image", carbon + carbonBand],
        ["how it is known", "modelled: \(carbonIntensity)"],
        ["energy, the article's", publishedEnergy.description],
      ])
  }

  /// The model layer by layer, and its sums.
  fileprivate var layerTable: TextTable {
    func row(_ words: [String], _ counts: [Int]) -> [TextTable.Cell] {
      words.map { .text($0) } + counts.map { .count($0) }
    }
    let multiplyAdds = layers.reduce(0) { $0 + $1.multiplyAccumulates }
    return TextTable(
      columns: [
        .left("layer"), .left("output"), .right("parameters"), .right("averages"),
        .right("FLOPs"), .right("multiply–adds"),
      ],
      rows: layers.map {
        row(
          [$0.name, $0.output.description],
          [$0.parameters, $0.statistics, $0.flops, $0.multiplyAccumulates])
      } + [row(["in all", ""], [cost.parameters, cost.statistics, cost.flops, multiplyAdds])])
  }

  /// What a reader has to know of the energy.
  private var energyExplanation: String {
    switch energy.provenance {
    case .measured: "A counter counts the whole machine, also when idle and for other programs."
    case .modelled: EnergyModel.explanation(obstacle: energyObstacle)
    case .unavailable: "There is none (\(energyObstacle ?? "no reason is told"))."
    }
  }

  /// The explanation below the tables.
  fileprivate var legend: String {
    "A latency per image is the mean of the copies' medians, with its 95 % interval by Student's t; "
      + "copies differ in where their weights lie in memory. Energy is counted over passes of its "
      + "own. " + energyExplanation
      + " FLOPs of an image by the article's count: for each output a multiplication per "
      + "input, one addition less, and one for the bias. Multiply–adds count the multiplications "
      + "alone. Calls have 95 % intervals by order statistics; “–” marks a percentile that needs more "
      + "calls."
  }
}
