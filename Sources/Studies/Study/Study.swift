import CommandLineTools
import Files
import Reporting
import TrainingCore

/// An experiment: which trainings it is made of, what is kept of each, and what follows from them.
///
/// A study is a folder with a type that conforms to this. Its options say which jobs there are; a
/// job is one training or one measurement, together with everything that determines it; what a job
/// comes to is a record. The runner (`StudyRunner`) does the jobs that have no record yet, here or
/// in several shards, and the report is made of records alone. So every study resumes, scales out,
/// and is reported again without training, and says nothing of how.
package protocol Study: Sendable {
  /// What a run covers.
  associatedtype Options: Codable, Hashable, Sendable
  /// One training or measurement.
  associatedtype Job: StudyJob
  /// What a job came to.
  associatedtype Record: Codable, Sendable

  /// What the study is called: `fixed`, as in `batchwise study fixed`.
  static var name: String { get }
  /// The words that call it: `study fixed`.
  static var command: String { get }
  /// Raised whenever a job comes to another record than before, so that old records aren't reused.
  static var version: Int { get }
  /// What the command's help says.
  static var help: StudyHelp { get }

  /// Reads the options that were typed.
  static func options(_ arguments: Arguments) throws -> Options
  /// The jobs that the report needs, in the order of their records in it.
  static func jobs(of options: Options) throws -> [Job]
  /// A record without the figures that depend on the machine, for one that another machine timed.
  static func withoutTimes(_ record: Record) -> Record
  /// What the records say.
  static func report(_ result: StudyResult<Self>) -> StudyReport

  /// Loads the images, and checks that every job can be done with them.
  init(_ options: Options, _ arguments: Arguments) throws
  /// What the study covers.
  var options: Options { get }
  /// The images in numbers.
  var data: DataSummary { get }

  /// The expected time of a job, on any scale that all jobs of the study share.
  func work(of job: Job) -> Double
  /// Does a job; nil where the context asked to stop. The study ends with an error that it throws.
  func run<T: StudyTrainer>(
    _ job: Job, with trainer: T.Type, _ context: JobContext<Self>
  ) throws -> JobOutcome<Record>?
}

extension Study {
  package static var command: String { "study \(name)" }

  package static func withoutTimes(_ record: Record) -> Record { record }
}

/// One training or one measurement, with everything that determines it but the images.
///
/// Equal jobs on equal images have equal records, apart from times.
package protocol StudyJob: Codable, Hashable, Sendable {
  /// What progress reports and file names call it.
  var activity: String { get }
  /// Whether it is timed: it then runs alone, with all threads, and in the first shard.
  var isTimed: Bool { get }
  /// The jobs whose records it uses.
  var needs: [Self] { get }
  /// Jobs of one group are done in the same shard, since they need the same records.
  var group: String { get }
}

extension StudyJob {
  package var isTimed: Bool { false }
  package var needs: [Self] { [] }
  package var group: String { activity }
}

/// What a job came to.
package struct JobOutcome<Record: Sendable>: Sendable {
  let record: Record
  /// Tensors that other jobs begin with; nil where none do.
  var weights: Safetensors?
}

/// What a job is given to work with.
package struct JobContext<S: Study>: Sendable {
  /// The threads that a trainer may use, or nil for as many as there are processors.
  package let threads: Int?
  /// The records so far, those of the job's needs among them.
  let records: RecordStore<S>
  /// Told which share of the job has just been done; where it returns false, the job is to stop.
  package let advance: @Sendable (_ share: Double) -> Bool

  /// The record of one of the job's needs; throws `StudyError.recordMissing` for any other job.
  package func record(of job: S.Job) throws -> S.Record {
    guard let stored = records[job] else { throw StudyError.recordMissing(job.activity) }
    return stored.record
  }

  /// The tensors that one of the job's needs left, and the path of the file that they are from;
  /// throws `StudyError.recordMissing` for any other job, `FileError` for a damaged file.
  package func weights(of job: S.Job) throws -> (file: Safetensors, path: String) {
    guard let weights = try records.weights(of: job) else {
      throw StudyError.recordMissing(job.activity)
    }
    return weights
  }
}

extension JobContext {
  /// Trains for some epochs, validating after each, and tells of progress step by step; nil where the
  /// job is to stop.
  ///
  /// `stepped` is told of each step: its epoch, from 0, and its losses.
  func train<T: Trainer>(
    _ trainer: T, _ configuration: RunConfiguration, on data: StudyData, epochs: Int,
    stepped: (_ epoch: Int, _ tally: Tally) -> Void = { _, _ in }
  ) -> TrainingRun<T>? {
    var run = TrainingRun(trainer, configuration)
    let samples = Double(data.training.count * epochs)
    for epoch in 0..<epochs {
      let record = run.runEpoch(training: data.training, validation: data.validation) { report in
        stepped(epoch, report.tally)
        return advance(Double(report.tally.count) / samples)
      }
      guard record != nil else { return nil }
    }
    return run
  }
}

/// What the help of a study's command says.
package struct StudyHelp: Sendable {
  package let summary: String
  package let discussion: String
  /// The folder that results are written to where none is given.
  package let folder: String
  /// The study's own options.
  package let options: [Command.Option]

  static let images = DataOptions.images
  static let seed = Command.Option("--seed", "S", help: "seed of the first trial (default 1)")
  /// The switch of studies that time something.
  static let noTiming = Command.Option(
    "--no-timing", help: "take no times: all trainings then run side by side, and in any shard")
}

extension Arguments {
  /// The images that `--images` and the options of `DataOptions` name, and the same in numbers.
  ///
  /// `seed` is that of what is held out. Where none is given, the data set is `name`, or the usual
  /// one for nil, and the number of training images `limit`, or all for nil.
  func images(
    seed: UInt64, name: String? = nil, limit: Int?
  ) throws -> (data: StudyData, summary: DataSummary) {
    var options = DataOptions()
    options.name = name ?? options.name
    options.limit = limit
    try options.readLimit(self)
    try options.read(self)
    let data = try options.load(seed: seed)
    let summary = DataSummary(
      name: options.name, normalization: options.normalization.rawValue, training: data.training,
      validation: data.validation, test: data.test)
    return (data, summary)
  }

  /// The models that `--models` names.
  func models() throws(CommandError) -> [String]? {
    let models = try list("--models")
    for model in models ?? [] { _ = try ModelOption.model(model, option: "--models") }
    return models
  }
}
