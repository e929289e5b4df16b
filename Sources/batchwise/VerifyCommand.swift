import CommandLineTools
import Datasets
import Files
import Reporting
import TrainingCore
import Verification

/// `batchwise verify`: checks the laws of splitting and scaling on the user's own model and data.
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
    options: LoopVerification.options + TrainOptions.options(["--model"]) + GivenWeights.options
      + [
        .init("--batch-size", "B", help: "images of the batch (default 256)"),
        .init("--splits", "S", help: Splits.help),
      ]
      + TrainOptions.options(TrainOptions.optimizerNames)
      + TrainOptions.options(["--learning-rate", "--weight-decay", "--clip-norm", "--seed"])
      + DataOptions.options + Engine.options
      + [.init("--json", help: "print JSON instead of a table")], run: run)

  /// What can be wrong with a loop, in lines of a help.
  private static var diagnoses: String {
    let words = Diagnosis.allCases.map(\.rawValue).joined(separator: ", ")
    return String(Command.paragraph("Diagnoses: " + words).dropFirst("Diagnoses: ".count))
  }

  private static func run(_ arguments: Arguments) throws {
    if let command = arguments.text("--trainer") {
      return try LoopVerification.run(command, arguments)
    }
    for option in ["--timeout", "--limit", "--accept"] where arguments.has(option) {
      throw CommandError.misuse("\(option) goes with --trainer COMMAND: leave it out, or name one")
    }
    let engine = try Engine(arguments)
    let report = try report(arguments, engine)
    if arguments.has("--json") {
      try Console.json(report)
    } else {
      try Console.line(report.heading + "\n")
      try Console.line(FindingTable(report.findings).text())
      try Console.line(tally(report.findings))
    }
    try check(report.findings)
  }

  /// Ends the command with status 1 where a law fails.
  static func check(_ findings: [Finding]) throws(CommandError) {
    let failures = findings.count { $0.verdict == .fails }
    if failures > 0 {
      throw .failure(
        "\(failures) of \(findings.count) checks fail: what was measured stands beside the promise")
    }
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

  /// Checks every law on the first batch of an epoch.
  private static func report(_ arguments: Arguments, _ engine: Engine) throws -> Report {
    var dataOptions = DataOptions()
    let weights = try GivenWeights(arguments, &dataOptions)
    for option in TrainOptions.optimizerNames
    where weights?.configuration != nil && arguments.has(option) {
      throw CommandError.misuse("--checkpoint has a model and an optimizer: leave out \(option)")
    }
    try dataOptions.read(arguments)
    var configuration = try TrainOptions.configuration(arguments, base: weights?.configuration)
    configuration.batchSize = try arguments.integer("--batch-size", in: 1...10_000_000) ?? 256
    let splits = try Splits.read(arguments.text("--splits"), batchSize: configuration.batchSize)
    let training = try dataOptions.load(seed: configuration.seed).training
    let examples = try configuration.model.fitting(training)
    guard configuration.batchSize <= examples.count else {
      throw CommandError.failure(
        "--batch-size \(configuration.batchSize) is more than the \(examples.count) training "
          + "images: use a smaller one")
    }
    let batch = Array(configuration.plan(epoch: 0, count: examples.count)[0])
    let subject = Subject(
      configuration, state: try weights?.state(configuration.optimizer), examples: examples,
      batch: batch, splits: splits, threads: engine.threads)
    Interrupt.listen()
    let findings = try Laws.findings(subject, of: engine.trainer) { try Interrupt.check() }
    return Report(
      model: configuration.model.name, optimizer: configuration.optimizer.name,
      data: dataOptions.name, batchSize: configuration.batchSize, seed: configuration.seed,
      engine: engine.description, findings: findings)
  }

  /// The JSON that `--json` prints.
  private struct Report: Encodable {
    let model: String
    let optimizer: String
    let data: String
    let batchSize: Int
    let seed: UInt64
    let engine: String
    let findings: [Finding]

    /// The run that all rows are about.
    var heading: String {
      "\(model), \(optimizer), seed \(seed), \(engine)\n"
        + "\(NumberFormat.counted(batchSize, "image")) of \(Printable.line(data))"
    }
  }
}

/// The option `--splits`: one or more ways to cut a batch.
enum Splits {
  static let help =
    "lists with / between them; numbers that add up to the batch size are one split into parts of "
    + "these sizes, and otherwise each number k means k equal parts (default: 2, 4, and a third "
    + "and the rest)"

  /// The splits that were asked for, each once, or the default where nothing was typed.
  static func read(_ text: String?, batchSize: Int) throws(CommandError) -> [Split] {
    guard let text else {
      // Halves, quarters, and a third and the rest, as far as the batch can be cut so.
      let third = batchSize / 3
      return [2, 4].compactMap { Split(batchSize, equalParts: $0) }
        + (third > 0 ? [Split(sizes: [third, batchSize - third])] : [])
    }
    var splits: [Split] = []
    for list in text.split(separator: "/", omittingEmptySubsequences: false) {
      for split in try read(list: String(list), in: text, batchSize: batchSize)
      where !splits.contains(split) { splits.append(split) }
    }
    return splits
  }

  /// The splits of one list between slashes.
  private static func read(
    list: String, in text: String, batchSize: Int
  ) throws(CommandError) -> [Split] {
    let words = list.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count, numbers.allSatisfy({ (1...10_000_000).contains($0) })
    else {
      throw .misuse("--splits '\(text)': whole numbers such as 2,4 or 100,156 expected")
    }
    if numbers.count > 1, numbers.reduce(0, +) == batchSize { return [Split(sizes: numbers)] }
    return try numbers.map { number throws(CommandError) in
      if let split = Split(batchSize, equalParts: number) { return split }
      let sum =
        numbers.count > 1
        ? " and \(numbers.map(String.init).joined(separator: " + ")) isn't \(batchSize)" : ""
      throw .misuse("--splits '\(text)': \(number) doesn't divide a batch of \(batchSize)\(sum)")
    }
  }
}
