import CommandLineTools
import Datasets
import Files
import Studies
import TrainingCore

/// `batchwise evaluate`: what a trained model costs and is worth.
enum EvaluateCommand {
  static let command = Command(
    name: "evaluate",
    summary: "size, parameters, FLOPs, latency, accuracy, energy and carbon of a checkpoint",
    operands: [.init("CHECKPOINT", help: "a checkpoint file, or a training's folder")],
    options: [
      .init("--data", "D", help: "the data set to test on (default: the one trained on)"),
      .init(
        "--normalization", "FORM", help: "how pixels are normalised (default: as trained)"),
      .init("--batch-size", "B", help: "images per forward pass (default 1)"),
      .init(
        "--model", "M", help: "the model, for a file that holds tensors alone, as PyTorch saves"),
      CarbonOption.option,
      .init("--json", help: "print JSON instead of tables"),
      Engine.option, Engine.threadsOption,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    let batchSize = try arguments.integer("--batch-size", in: 1...10_000_000) ?? 1
    let intensity = try CarbonOption.intensity(arguments)
    var dataOptions = DataOptions()
    let weights = try GivenWeights(at: arguments.operands[0], arguments, &dataOptions)
    let configuration: RunConfiguration
    switch weights {
    case .checkpoint(let checkpoint): configuration = checkpoint.configuration
    case .tensors(_, let model):
      configuration = RunConfiguration(
        model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0),
        batchSize: 1, seed: 0)
    }
    let state = try weights.state(for: configuration.optimizer)
    try dataOptions.read(arguments)
    let trainer = try engine.trainer.init(
      configuration, state: state, threads: engine.threads)
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
      try Console.text(String(decoding: try encodedJSON(evaluation), as: UTF8.self))
    } else {
      let tables = EvaluationTables(evaluation)
      try Console.line(tables.criteria.terminalText())
      try Console.line(tables.layers.terminalText())
      try Console.line(Command.paragraph(tables.legend))
    }
  }
}
