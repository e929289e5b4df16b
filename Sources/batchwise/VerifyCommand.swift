import CommandLineTools
import Datasets
import Files
import Reporting
import TrainingCore
import Verification

/// `batchwise verify`: the laws of splitting and scaling on someone's own model and data.
enum VerifyCommand {
  static let command = Command(
    name: "verify",
    summary: "check the laws of splitting and scaling on a training loop or model of your own",
    discussion: """
      Runs each law on one batch and prints what it promises, what was measured, and
      whether it holds. Most laws are asked of the trainer; a row says where it is
      about the model or about a rule instead. A law that says nothing about such a
      model or optimizer says why. The exit status is 1 if a law fails.

      With --trainer, the laws are asked of a training loop of your own in another
      process, in PyTorch, JAX or any language: whether parts of a batch move the
      weights as the whole does, and if not, what is wrong and what to change. The
      program defines update(model, optimizer, parts), one step of the optimizer over
      micro-batches, and ends with serve(model=…, update=…, data=…, optimizer=…);
      batchwise adapter pytorch prints an example. The default splits are 50, 30 and
      20 per cent, and quarters. The exit status is 1, too, where nothing can be told.
      Diagnoses: \(diagnoses).
      """,
    options: LoopVerification.options + taken(from: TrainOptions.options, ["--model"]) + [
      .init(
        "--checkpoint", "FILE",
        help: "a training's checkpoint or folder to start from; with --model, tensors alone, as "
          + "PyTorch saves"),
      .init("--batch-size", "B", help: "images of the batch (default 256)"),
      .init("--splits", "S", help: Splits.help),
    ]
      + taken(
        from: TrainOptions.options,
        [
          "--optimizer", "--learning-rate", "--momentum", "--nesterov", "--weight-decay",
          "--clip-norm", "--seed",
        ]) + DataOptions.options + [
        Engine.option, Engine.threadsOption,
        .init("--json", help: "print JSON instead of a table"),
      ],
    run: run)

  /// What can be wrong with a loop, in lines of a help.
  private static var diagnoses: String {
    let words = Diagnosis.allCases.map(\.rawValue).joined(separator: ", ")
    return String(Command.paragraph("Diagnoses: " + words).dropFirst("Diagnoses: ".count))
  }

  private static func taken(
    from options: [Command.Option], _ names: [String]
  ) -> [Command.Option] {
    options.filter { names.contains($0.name) }
  }

  private static func run(_ arguments: Arguments) throws {
    if let command = arguments.text("--trainer") {
      return try LoopVerification.run(command, arguments)
    }
    for option in ["--timeout", "--limit", "--accept"] where arguments.has(option) {
      throw CommandError.misuse("\(option) goes with --trainer COMMAND: leave it out, or name one")
    }
    let engine = try Engine(arguments)
    let (report, findings) = try findings(arguments, engine)
    if arguments.has("--json") {
      try Console.text(String(decoding: try encodedJSON(report), as: UTF8.self))
    } else {
      try Console.line(report.heading)
      try Console.line()
      try Console.text(FindingTable(findings).text())
      try Console.line()
      try Console.line(tally(findings))
    }
    try check(findings)
  }

  /// How many checks came out how: `20 hold, 1 not applicable`.
  static func tally(_ findings: [Finding]) -> String {
    let words: [(Finding.Verdict, String)] = [
      (.holds, "hold"), (.fails, "fail"), (.notApplicable, "not applicable"),
      (.cannotTell, "can't be told"),
    ]
    return words.compactMap { verdict, word in
      let count = findings.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(word)"
    }.joined(separator: ", ")
  }

  /// Ends with status 1 where a law fails.
  static func check(_ findings: [Finding]) throws(CommandError) {
    let failures = findings.count { $0.verdict == .fails }
    if failures > 0 {
      throw .failure(
        "\(failures) of \(findings.count) checks fail: what was measured stands beside the promise")
    }
  }

  /// Checks every law on the first batch of an epoch.
  private static func findings(
    _ arguments: Arguments, _ engine: Engine
  ) throws -> (Report, [Finding]) {
    var dataOptions = DataOptions()
    let weights = try arguments.path("--checkpoint").map {
      try GivenWeights(at: $0, arguments, &dataOptions)
    }
    for option in ["--optimizer", "--momentum", "--nesterov"]
    where weights?.configuration != nil && arguments.has(option) {
      throw CommandError.misuse("--checkpoint has a model and an optimizer: leave out \(option)")
    }
    try dataOptions.read(arguments)
    var configuration = try TrainOptions.configuration(arguments, base: weights?.configuration)
    configuration.batchSize = try arguments.integer("--batch-size", in: 1...10_000_000) ?? 256
    let splits = try Splits.read(
      arguments.text("--splits"), batchSize: configuration.batchSize)
    let training = try dataOptions.load(seed: configuration.seed).training
    let examples = try configuration.model.fitting(training)
    guard configuration.batchSize <= examples.count else {
      throw CommandError.failure(
        "--batch-size \(configuration.batchSize) is more than the \(examples.count) training "
          + "images: use a smaller one")
    }
    let batch = Array(configuration.plan(epoch: 0, count: examples.count)[0])
    let subject = Subject(
      configuration, state: try weights?.state(for: configuration.optimizer), examples: examples,
      batch: batch, splits: splits, threads: engine.threads)
    Interrupt.listen()
    let findings = try Laws.findings(subject, of: engine.trainer) {
      guard !Interrupt.isRequested else {
        throw CommandError.interrupted("interrupted: run the same command again")
      }
    }
    let report = Report(
      model: configuration.model.name, optimizer: configuration.optimizer.name,
      data: dataOptions.name, batchSize: configuration.batchSize, seed: configuration.seed,
      engine: engine.description, findings: findings)
    return (report, findings)
  }

  /// What `--json` prints.
  private struct Report: Encodable {
    let model: String
    let optimizer: String
    let data: String
    let batchSize: Int
    let seed: UInt64
    let engine: String
    let findings: [Finding]

    /// What all rows are about.
    var heading: String {
      "\(model), \(optimizer), seed \(seed), \(engine)\n"
        + "\(batchSize) image\(batchSize == 1 ? "" : "s") of \(Printable.line(data))"
    }
  }
}
