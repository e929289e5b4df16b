import CommandLineTools
import Files
import Foundation
import Reporting
import Studies

/// `batchwise study NAME`: runs a study, or a shard of it, and reports what it found.
enum StudyCommand {
  /// The studies, the first being what the program does without arguments.
  static let studies: [any Study.Type] = [
    FixedStudy.self, OnlineStudy.self, TransferStudy.self, SweepStudy.self,
  ]

  /// A command for each study, and those that report without running anything.
  static let commands = studies.map { command($0) } + [ReportCommand.report, ReportCommand.merge]

  private static func command<S: Study>(_ study: S.Type) -> Command {
    Command(
      name: S.command, summary: S.help.summary, discussion: S.help.discussion,
      options: S.help.options + Engine.options + [
        .init("--output", "DIR", help: "the folder to write to (default \(S.help.folder))"),
        .init(
          "--resume",
          help: "keep the records that are in the folder, and do only what has none"),
        .init(
          "--jobs", "N",
          help: "trainings side by side where no time is taken (default: one a processor)"),
        .init(
          "--shard", "I/N",
          help: "do the I-th of N parts, here or elsewhere, for study merge; slurm: the part of "
            + "this task of a Slurm job array"),
        .init(
          "--print-slurm", "N",
          help: "print a job script for a Slurm array of N parts, and do nothing else"),
      ], run: { try run(study, $0) })
  }

  private static func run<S: Study>(_ study: S.Type, _ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let jobsAtOnce = try arguments.integer("--jobs", in: 1...1024) ?? processors
    let shard =
      try arguments.text("--shard").map {
        try StudyShard($0, environment: ProcessInfo.processInfo.environment)
      } ?? .whole
    let options = try S.options(arguments)
    let path = try arguments.path("--output") ?? S.help.folder
    if let parts = try arguments.integer("--print-slurm", in: 1...100_000) {
      return try Console.text(
        SlurmScript.text(
          study: S.command, arguments, folder: path, parts: parts,
          threads: max(engine.threads, jobsAtOnce)))
    }
    let study = try S(options, arguments)
    let folder = try StudyFolder<S>(path)
    try folder.begin(study.plan)
    let jobs = try S.jobs(of: options)
    let records = try RecordStore<S>(in: folder.output.url, digest: study.data.digest)
    if arguments.has("--resume") { try records.load(closure(of: jobs)) }

    Interrupt.listen()
    let bar = ProgressBar(totalWork: 1)
    let runner = StudyRunner(
      study, records: records, engine: engine.name, threads: engine.threads,
      jobsAtOnce: jobsAtOnce,
      observer: StudyObserver(
        advanced: { activity, fraction in
          bar.show(activity)
          bar.advance(by: fraction)
        },
        finished: { activity, done, count in bar.done("\(done)/\(count) \(activity)") },
        shouldStop: { Interrupt.isRequested }))
    let own = shard.jobs(of: jobs, work: study.work)
    let isDone = try runner.run(own, with: engine.trainer)
    bar.finish()
    let kept = "\(folder.output.url.relativePath)/\(RecordStore<S>.folderName)"
    guard isDone else {
      throw CommandError.interrupted(
        "interrupted: what was done is in \(kept); go on with the same command and --resume")
    }
    guard shard.count == 1 else {
      return try Console.line(
        Command.paragraph(
          "Part \(shard.index + 1) of \(shard.count) is done: \(own.count) of \(jobs.count) "
            + "records, in \(kept). When all parts are: batchwise study merge DIR…"))
    }
    try folder.conclude(try StudyResult(study.plan, records))
  }
}

/// A folder with a study's plan, records and results.
struct StudyFolder<S: Study> {
  let output: OutputFolder

  /// Opens a folder to write to: that it can be, and that nothing else's results are there, is
  /// known before the long run.
  init(_ path: String) throws {
    output = try OutputFolder(URL(filePath: path, directoryHint: .isDirectory))
    let names = StudyFiles.names + [StudyFiles.plan]
    let there = names.map { output.url.appending(path: $0) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
    guard let there, ReportCommand.studyName(in: path) != S.name else { return }
    throw CommandError.failure(
      "\(there.relativePath) is there, and not by this study, so it is not replaced: name "
        + "another folder with --output")
  }

  /// Writes what is going to be done.
  func begin(_ plan: StudyPlan<S>) throws(OutputError) {
    try output.write(encodedJSON(plan), as: StudyFiles.plan)
  }

  /// Writes the results and prints what the study found.
  ///
  /// Where jobs are missing it fails, after what there is was written, unless that would replace a
  /// whole study's results.
  func conclude(_ result: StudyResult<S>) throws {
    let path = output.url.relativePath
    let missing =
      "\(result.jobCount - result.records.count) of \(result.jobCount) trainings and "
      + "measurements are missing: run the study with --resume, or merge the folders of the other "
      + "shards, too"
    if !result.isComplete,
      let old = ReportCommand.contents(Completeness.self, of: StudyFiles.results, in: path),
      old.isComplete
    {
      throw CommandError.failure(
        "\(path): the results of a whole study there aren't replaced; \(missing)")
    }
    let report = S.report(result)
    try StudyFiles.write(result, report, to: output)
    try Console.line(report.summary.terminalText())
    for text in [report.notes] + report.claims.map(\.line) {
      try Console.line(Command.paragraph(text))
    }
    try Console.line("\(path)/\(StudyFiles.page) has the charts and the reasons.")
    if !result.isComplete { throw CommandError.failure("\(path): \(missing)") }
  }

  private struct Completeness: Decodable { let isComplete: Bool }
}
