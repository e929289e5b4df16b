import CommandLineTools
import Files
import Foundation
import Studies

/// `batchwise study report` and `study merge`: reports of records, without any training.
enum ReportCommand {
  static let report = Command(
    name: "study report", summary: "a study's report again, from its records, without training",
    discussion: """
      Writes results.json, results.csv and report.html from the records in a folder;
      what is missing in an unfinished study says so.
      """,
    operands: [.init("DIR", help: "a folder that a study has written to")],
    options: [.init("--output", "DIR", help: "another folder to write to")], run: run)

  static let merge = Command(
    name: "study merge", summary: "one study of the folders that its shards were written to",
    discussion: """
      Puts the records of shards together and writes results.json, results.csv and
      report.html, as if the study had run in one go. The folders must be of one study
      with the same options and images.
      """,
    operands: [.init("DIR", help: "the shards' folders, in any order", isRepeated: true)],
    options: [
      .init("--output", "DIR", help: "the folder to write to (default: the first of them)")
    ], run: run)

  private static func run(_ arguments: Arguments) throws {
    let paths = arguments.operands
    let output = try arguments.path("--output") ?? paths[0]
    try conclude(study(in: paths[0]), merging: paths, into: output)
  }

  private struct PlanName: Decodable { let study: String }

  /// The name of the study whose plan a folder has; nil where it has none that can be read.
  static func studyName(in path: String) -> String? {
    contents(PlanName.self, of: StudyFiles.plan, in: path)?.study
  }

  /// What a file in a folder says; nil where it can't be read so.
  static func contents<Value: Decodable>(
    _ type: Value.Type, of name: String, in path: String
  ) -> Value? {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    return try? decodedJSON(type, from: Data(contentsOf: folder.appending(path: name)))
  }

  private static func study(in path: String) throws -> any Study.Type {
    let name = studyName(in: path)
    if let study = StudyCommand.studies.first(where: { $0.name == name }) { return study }
    throw CommandError.failure(
      "\(path): there is no study.json of a study in it: name a folder that a study has written to")
  }

  private static func plan<S: Study>(_ study: S.Type, in path: String) throws -> StudyPlan<S> {
    let plan = contents(StudyPlan<S>.self, of: StudyFiles.plan, in: path)
    if let plan, plan.isCurrent { return plan }
    let url = URL(filePath: path, directoryHint: .isDirectory).appending(path: StudyFiles.plan)
    throw CommandError.failure(
      "\(url.relativePath): this isn't the plan of a study \(S.name) by this version: run the "
        + "study again")
  }

  private static func conclude<S: Study>(
    _ study: S.Type, merging paths: [String], into output: String
  ) throws {
    let plan = try plan(study, in: paths[0])
    let jobs = closure(of: try S.jobs(of: plan.options))
    for path in paths.dropFirst() {
      guard try plan.isSame(as: self.plan(study, in: path)) else {
        throw CommandError.failure(
          "\(path): its study has other options or images than that in \(paths[0]): merge shards of "
            + "one study")
      }
    }
    let folder = try StudyFolder<S>(output)
    let records = try RecordStore<S>(in: folder.output.url, digest: plan.data.digest)
    try folder.begin(plan)
    try records.load(jobs)
    let others = paths.map { URL(filePath: $0, directoryHint: .isDirectory).standardizedFileURL }
      .filter { $0 != folder.output.url.standardizedFileURL }
    for url in others {
      let shard = try RecordStore<S>(in: url, digest: plan.data.digest, isReadOnly: true)
      try shard.load(jobs)
      try records.merge(shard, of: jobs)
    }
    try folder.conclude(try StudyResult(plan, records))
  }
}
