import Files
import Foundation
import TrainingCore

@testable import Studies

extension Study {
  /// Runs a study in memory.
  func result<T: StudyTrainer>(
    with trainer: T.Type, records: RecordStore<Self>? = nil, jobsAtOnce: Int = 2,
    observer: StudyObserver = StudyObserver()
  ) throws -> StudyResult<Self> {
    let records = try records ?? RecordStore(in: nil, digest: data.digest)
    let runner = StudyRunner(
      self, records: records, engine: "reference", threads: 1, jobsAtOnce: jobsAtOnce,
      observer: observer)
    _ = try runner.run(Self.jobs(of: options), with: trainer)
    return try StudyResult(
      plan, records)
  }
}

extension StudyResult {
  /// What `results.json` has.
  var json: Data {
    get throws { try encodedJSON(StudyResultFile(result: self, report: S.report(self))) }
  }
}
