import CommandLineTools
import Files
import Measurement
import ReferenceTraining
import Reporting
import TrainingCore
import Verification

/// `batchwise noise-scale`: the batch size at which the gradients' noise equals their signal.
enum NoiseScaleCommand {
  static let command = Command(
    name: "noise-scale",
    summary: "estimate the simple noise scale of a model's gradients, with an interval",
    discussion: """
      The noise scale tr Σ/|G|² is the batch size at which a gradient's noise is as
      large as the gradient (McCandlish et al. 2018). Batches far below it learn
      nearly as much from each image as single images do; far above it, more images
      add little. It changes as training goes on: give a checkpoint to see it there.
      """,
    options: TrainOptions.options(["--model", "--seed"]) + [
      .init("--small", "B", help: "images of a small batch (default 16)"),
      .init("--large", "B", help: "images of a large one, a multiple of it (default 256)"),
      .init("--images", "N", help: "training images to use (default all)"),
    ] + GivenWeights.options + DataOptions.options
      + [.init("--json", help: "print JSON instead of a table")], run: run)

  private static func run(_ arguments: Arguments) throws {
    let small = try arguments.integer("--small", in: 1...10_000_000) ?? 16
    let large = try arguments.integer("--large", in: 1...10_000_000) ?? 256
    let limit = try arguments.integer("--images", in: 2...10_000_000)
    var dataOptions = DataOptions()
    let weights = try GivenWeights(arguments, &dataOptions)
    try dataOptions.read(arguments)
    let configuration = try TrainOptions.configuration(arguments, base: weights?.configuration)
    let trainer = try ReferenceTrainer<Float>(
      configuration, state: weights?.state(configuration.optimizer))
    let examples = try configuration.model.fitting(
      dataOptions.load(seed: configuration.seed).training)
    var order = Permutation.random(count: examples.count, seed: configuration.seed, epoch: 0)
    if let limit { order = Array(order.prefix(limit)) }
    Interrupt.listen()
    let bar = ProgressBar(totalWork: Double(max(order.count / large, 1)))
    bar.show("\(configuration.model.name) · gradients")
    let measurement = try NoiseScaleMeasurement(
      trainer, examples: examples, order: order, smallBatch: small, largeBatch: large
    ) {
      bar.advance(by: 1)
      return !Interrupt.isRequested
    }
    bar.finish()
    try Interrupt.check()
    if arguments.has("--json") {
      try Console.json(
        Report(
          model: configuration.model.name, steps: trainer.steps, data: dataOptions.name,
          seed: configuration.seed, noiseScale: measurement.noiseScale,
          lower: measurement.interval.lower, upper: measurement.interval.upper, level: 0.95,
          squaredGradient: measurement.squaredGradient, trace: measurement.trace,
          measurement: measurement))
    } else {
      try Console.line(table(measurement, trainer, dataOptions).terminalText())
      try Console.line(
        Command.paragraph(
          "Batches far below the noise scale learn nearly as much from each image as single images "
            + "do; far above it, more images add little."))
    }
  }

  /// The JSON that `--json` prints.
  private struct Report: Encodable {
    let model: String
    let steps: Int
    let data: String
    let seed: UInt64
    let noiseScale: Double?
    let lower: Double?
    let upper: Double?
    let level: Double
    let squaredGradient: Double
    let trace: Double
    let measurement: NoiseScaleMeasurement
  }

  /// The estimate with its interval and what it is of.
  private static func table(
    _ measurement: NoiseScaleMeasurement, _ trainer: ReferenceTrainer<Float>, _ data: DataOptions
  ) -> TextTable {
    let three = NumberFormat.significant(3)
    let (lower, upper) = measurement.interval
    let unresolved = "not told from infinity: use more images"
    return TextTable(
      ["quantity", "figure"],
      rows: [
        ["model", "\(trainer.model.name), after \(trainer.steps) steps"], ["data", data.name],
        [
          "gradients",
          "\(measurement.blocks.count) batches of \(measurement.largeBatch), each in parts of "
            + "\(measurement.smallBatch)",
        ], ["|G|²", three.string(measurement.squaredGradient)],
        ["tr Σ", three.string(measurement.trace)],
        [
          "noise scale tr Σ/|G|²",
          measurement.noiseScale.map { "\(three.string($0)) images" } ?? unresolved,
        ],
        [
          "95 % interval",
          "\(lower.map(three.string) ?? "0") to \(upper.map(three.string) ?? "infinity") images",
        ],
      ])
  }
}
