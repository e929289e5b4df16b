import CommandLineTools
import Datasets
import Files
import Foundation
import Reporting
import Studies
import TrainingCore

/// One `batchwise train`: a run, its data, and the folder that keeps it.
struct TrainSession<T: Trainer> {
  private let folder: OutputFolder
  private let data: StudyData
  private let description: DataDescription
  /// Where TensorBoard finds the epochs' figures, and the option's folder.
  private let events: (file: EventFile, folder: String)?
  private var run: TrainingRun<T>
  private let threads: Int
  private var plannedEpochs = TrainOptions.defaultEpochs

  /// Starts a training in a folder that holds none.
  init(starting path: String, threads: Int, _ arguments: Arguments) throws {
    let configuration = try TrainOptions.configuration(arguments)
    var dataOptions = DataOptions()
    try dataOptions.readLimit(arguments)
    try dataOptions.read(arguments)
    let url = URL(filePath: path, directoryHint: .isDirectory)
    guard !FileManager.default.fileExists(atPath: Self.checkpoint(in: url)) else {
      throw CommandError.failure(
        "\(path) holds a training already: go on with it by --resume, or choose another --output")
    }
    for name in Self.resultNames
    where FileManager.default.fileExists(atPath: url.appending(path: name).path) {
      throw CommandError.failure(
        "\(path)/\(name) is there, and not by a training, so it is not replaced: name another "
          + "folder with --output")
    }
    let renames = try RenameOption.names(arguments, with: "--initial-weights")
    guard arguments.has("--initial-weights") || !arguments.has("--without-head") else {
      throw CommandError.misuse("--without-head goes with --initial-weights")
    }
    let model = configuration.model
    let initial = try arguments.path("--initial-weights").map {
      try Checkpoint.initialState(
        from: $0, ignoring: arguments.has("--without-head") ? Checkpoint.head(of: model) : nil,
        renaming: renames, model: model, optimizer: configuration.optimizer,
        seed: configuration.seed, say: Console.note)
    }
    try self.init(
      Self.run(configuration, initial, RunProgress(), threads), threads, dataOptions, url, arguments
    )
  }

  /// Goes on with a folder's training; options may repeat its settings, and change the batch size
  /// alone.
  init(resuming path: String, threads: Int, _ arguments: Arguments) throws {
    let url = URL(filePath: path, directoryHint: .isDirectory)
    let file = Self.checkpoint(in: url)
    guard FileManager.default.fileExists(atPath: file) else {
      throw CommandError.failure(
        "\(path) holds no training to go on with: leave out --resume, or name its folder with "
          + "--output")
    }
    let checkpoint = try Checkpoint(contentsOf: file)
    for option in ["--initial-weights", RenameOption.option.name, "--without-head"]
    where arguments.has(option) {
      throw CommandError.misuse("\(option) and --resume exclude each other: keep one")
    }
    var dataOptions = DataOptions()
    try dataOptions.set(checkpoint.data, path: file)
    try dataOptions.readLimit(arguments)
    try dataOptions.read(arguments)
    guard let configuration = try Self.configuration(resuming: checkpoint, file, arguments),
      dataOptions.description(trainingCount: checkpoint.data.trainingCount) == checkpoint.data
    else {
      throw CommandError.misuse(
        "--resume goes on with the settings of \(file), and options differ from them: leave out "
          + "all but --epochs, --batch-size and --output, or start anew in another folder")
    }
    var progress = checkpoint.progress
    try? TrainingHistory(folder: url.relativePath).addTimes(
      to: &progress, fingerprint: Fingerprint(of: checkpoint.state).description)
    try self.init(
      Self.run(configuration, checkpoint.state, progress, threads), threads, dataOptions, url,
      arguments)
    guard description == checkpoint.data else {
      throw CommandError.failure(
        "\(dataOptions.name) gives \(description.trainingCount) images to train on, but the "
          + "checkpoint was trained on \(checkpoint.data.trainingCount): the data has changed")
    }
    plannedEpochs = checkpoint.plannedEpochs ?? plannedEpochs
  }

  /// The configuration to go on with: the checkpoint's, from here on with another batch size where one
  /// is asked for; nil where other settings are.
  private static func configuration(
    resuming checkpoint: Checkpoint, _ file: String, _ arguments: Arguments
  ) throws -> RunConfiguration? {
    let progress = checkpoint.progress
    var configuration = checkpoint.configuration
    var asked = try TrainOptions.configuration(arguments, base: configuration)
    if arguments.has("--batch-size"), !arguments.has("--batch-size-schedule") {
      let batchSize = asked.batchSize
      asked.batchSize = configuration.batchSize
      guard asked == configuration else { return nil }
      guard batchSize != configuration.batchSize(inEpoch: progress.epochs) else { return asked }
      guard progress.batches == 0 else {
        let epoch = progress.epochs + 1
        throw CommandError.failure(
          "\(file) is in the middle of epoch \(epoch): train it to its end, with --resume --epochs "
            + "\(epoch), before you change the batch size")
      }
      configuration.change(batchSize: batchSize, afterEpochs: progress.epochs)
      return configuration
    }
    return asked == configuration ? configuration : nil
  }

  /// A run whose trainer has the optimizer that belongs to the batch size of the current epoch.
  private static func run(
    _ configuration: RunConfiguration, _ state: ModelState?, _ progress: RunProgress, _ threads: Int
  ) throws -> TrainingRun<T> {
    let current = try configuration.inEpoch(progress.epochs).withScaledOptimizer()
    return TrainingRun(
      try T(current, state: state, threads: threads), configuration, progress: progress)
  }

  private init(
    _ run: TrainingRun<T>, _ threads: Int, _ dataOptions: DataOptions, _ url: URL,
    _ arguments: Arguments
  ) throws {
    self.run = run
    self.threads = threads
    let configuration = run.configuration
    data = try dataOptions.load(seed: configuration.seed).fitting(configuration.model)
    try configuration.validate(count: data.training.count)
    for change in configuration.batchSizeSchedule ?? [] {
      _ = try configuration.inEpoch(change.epochs).withScaledOptimizer()
    }
    description = dataOptions.description(trainingCount: data.training.count)
    events = try arguments.path("--tensorboard").map { path in
      let url = URL(filePath: path, directoryHint: .isDirectory)
      guard arguments.has("--resume") || !EventFile.exist(in: url) else {
        throw CommandError.failure(
          "\(path) has event files of another training, with which TensorBoard would mix this one: "
            + "name another folder with --tensorboard")
      }
      return (EventFile(in: try OutputFolder(url)), path)
    }
    folder = try OutputFolder(url)
    try folder.requireSpace(forBytes: checkpoint.safetensors().encoded().count)
  }

  private static func checkpoint(in folder: URL) -> String {
    folder.appending(path: Checkpoint.fileName).path
  }

  private var checkpoint: Checkpoint {
    Checkpoint(
      configuration: run.configuration, progress: run.progress, state: run.trainer.state,
      data: description, plannedEpochs: plannedEpochs)
  }

  /// Trains until so many epochs are done in all, or as many as were asked for before.
  ///
  /// Each epoch prints a line and writes a checkpoint.
  mutating func train(epochs: Int?) throws {
    Interrupt.listen()
    let name = folder.url.relativePath
    let epochs = epochs ?? plannedEpochs
    plannedEpochs = epochs
    if run.progress.epochs >= epochs, run.progress.epochs > 0 {
      try Console.line("\(run.progress.epochs) epochs are done; a larger --epochs trains for more")
    }
    let current = run.configuration.inEpoch(run.progress.epochs)
    var notes = current.warnings(epochs: epochs)
    if run.progress == RunProgress(), let note = try current.scalingNote() { notes.append(note) }
    for note in notes { try Console.line(note) }
    let bar = ProgressBar(totalWork: Double(max(epochs - run.progress.epochs, 0)))
    defer { bar.finish() }
    while run.progress.epochs < epochs {
      let label = "\(run.configuration.model.name) · epoch \(run.progress.epochs + 1) of \(epochs)"
      try beginEpoch(bar)
      bar.show(label)
      let record = run.runEpoch(training: data.training, validation: data.validation) { report in
        bar.advance(by: 1 / Double(report.count))
        return !Interrupt.isRequested
      }
      if let record, !record.trainingLoss.isFinite || record.validationLoss?.isFinite == false {
        let isSaved = FileManager.default.fileExists(atPath: Self.checkpoint(in: folder.url))
        let kept = isSaved ? "\(name) keeps what was saved before" : "nothing was saved yet"
        throw CommandError.failure(
          "the loss of epoch \(record.epoch) is not a number: use a smaller learning rate; \(kept)")
      }
      try save()
      if let record {
        try events?.file.add(record.scalars, step: record.epoch)
        try bar.hidden { () throws(CommandError) in try Console.line(Self.line(record)) }
      }
      if Interrupt.isRequested, run.progress.epochs < epochs {
        throw CommandError.interrupted(
          "interrupted: \(name) keeps \(run.progress.epochs) epochs and \(run.progress.batches) "
            + "batches; go on with batchwise train --resume --output \(Console.word(name)) "
            + "--epochs \(epochs)"
            + (events.map { " --tensorboard \(Console.word($0.folder))" } ?? ""))
      }
    }
    if run.progress.history.isEmpty { try save() }
    bar.finish()
    let test = TestResult(run.trainer.evaluate(data.test, batchSize: 256).total)
    try writeResults(test)
    try events?.file.add(
      [("loss/test", test.loss), ("accuracy/test", test.accuracy)], step: run.progress.epochs)
    try Console.line(test.text)
    try Console.line(
      "\(name) has \(Checkpoint.fileName), \(Self.resultNames.joined(separator: ", "))")
    try Console.line("fingerprint \(Fingerprint(of: run.trainer.state))")
  }

  /// Says where an epoch has another batch size than the one before, and scales the optimizer to it.
  private mutating func beginEpoch(_ bar: ProgressBar) throws {
    let (configuration, progress) = (run.configuration, run.progress)
    guard progress.batches == 0,
      let note = try configuration.batchSizeNote(
        epoch: progress.epochs, count: data.training.count)
    else { return }
    try bar.hidden { () throws(CommandError) in try Console.line(note) }
    run = try Self.run(configuration, run.trainer.state, progress, threads)
  }

  /// Writes the checkpoint and what there is of the results.
  private func save() throws {
    try checkpoint.save(to: folder)
    try writeResults(nil)
  }

  /// The files that say what the training came to, beside its checkpoint.
  private static var resultNames: [String] {
    [TrainingHistory.fileName, "history.csv", "report.html"]
  }

  /// Writes what the training came to so far.
  private func writeResults(_ test: TestResult?) throws {
    let history = TrainingHistory(
      configuration: run.configuration, data: description, epochs: run.progress.history,
      seconds: run.progress.seconds, test: test,
      fingerprint: Fingerprint(of: run.trainer.state).description)
    let contents = [
      try encodedJSON(history),
      Data(TextTable(allOf: history.epochs, TrainingHistory.columns).csv().utf8),
      Data(history.page.html().utf8),
    ]
    try folder.write(zip(Self.resultNames, contents).map { (name: $0, contents: $1) })
  }

  /// An epoch's line.
  private static func line(_ record: EpochRecord) -> String {
    func part(_ name: String, _ accuracy: Double, _ loss: Double) -> String {
      let percent = NumberFormat.decimals(2).string(accuracy * 100)
      return "  \(name) \(percent) % loss \(NumberFormat.decimals(4).string(loss))"
    }
    var text = "epoch \(record.epoch)"
    text += part("training", record.trainingAccuracy, record.trainingLoss)
    if let accuracy = record.validationAccuracy, let loss = record.validationLoss {
      text += part("validation", accuracy, loss)
    }
    let seconds = record.seconds.map(NumberFormat.significant(3).string)
    return text + "  \(seconds ?? NumberFormat.unavailable) s"
  }
}
