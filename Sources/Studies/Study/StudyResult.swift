import Files
import Foundation
import Measurement

/// Who made a record: the machine and the trainer, with its threads where the record has times.
package struct Origin: Codable, Hashable, Sendable {
  var machine = MachineDescription.current
  /// The trainer's name: `optimized`.
  var engine: String
  /// The threads of a job that was timed; nil for other jobs, whose records don't depend on them.
  var threads: Int?

  /// Whether it is the same machine and trainer, timed with the same threads or not timed at all.
  func isSame(as other: Origin) -> Bool {
    machine == other.machine && engine == other.engine
      && (threads == nil || other.threads == nil || threads == other.threads)
  }

  /// The trainer in words: `optimized, 2 threads`.
  var trainer: String {
    engine + (threads.map { ", \($0) thread\($0 == 1 ? "" : "s")" } ?? "")
  }
}

/// What a folder says of the study in it, in `study.json`; records made for equal plans go together.
package struct StudyPlan<S: Study>: Codable, Sendable {
  var study = S.name
  var version = S.version
  package var options: S.Options
  package var data: DataSummary

  /// Whether the plan is of this study, and by this version of it.
  package var isCurrent: Bool { study == S.name && version == S.version }

  /// Whether records of the other plan belong to this one, too: the images may lie elsewhere.
  package func isSame(as other: Self) -> Bool {
    study == other.study && version == other.version && options == other.options
      && data.digest == other.data.digest
  }
}

extension Study {
  package var plan: StudyPlan<Self> { StudyPlan(options: options, data: data) }
}

/// Everything that a study found: the records of its jobs, in their order.
package struct StudyResult<S: Study>: Encodable, Sendable {
  var options: S.Options
  var data: DataSummary
  /// Who made the records, each once; the first one's times are those that the records have.
  var origins: [Origin]
  /// How many jobs there are.
  package var jobCount: Int
  /// The records of those jobs that are done.
  package var records: [S.Record]

  package var isComplete: Bool { records.count == jobCount }
}

extension StudyResult {
  /// Gathers the records of a plan's jobs.
  ///
  /// Times of different machines are never put side by side: those of the machine that timed most
  /// jobs stay, and the records that others timed lose theirs.
  package init(_ plan: StudyPlan<S>, _ records: RecordStore<S>) throws {
    let jobs = try S.jobs(of: plan.options)
    let stored = jobs.compactMap { job in records[job].map { (job: job, stored: $0) } }
    var timed: [Origin: Int] = [:]
    for (job, stored) in stored where job.isTimed { timed[stored.origin, default: 0] += 1 }
    let most = timed.values.max()
    var origins = stored.map(\.stored.origin).filter { timed[$0] == most }.prefix(1)
    for (_, stored) in stored where !origins.contains(where: { $0.isSame(as: stored.origin) }) {
      origins.append(stored.origin)
    }
    self.init(
      options: plan.options, data: plan.data, origins: Array(origins), jobCount: jobs.count,
      records: stored.map { job, stored in
        !job.isTimed || stored.origin == origins[0] ? stored.record : S.withoutTimes(stored.record)
      })
  }
}

/// What `results.json` has: everything, and the rows of the report's table by their columns' names.
struct StudyResultFile<S: Study>: Encodable {
  let result: StudyResult<S>
  let report: StudyReport

  private enum Key: String, CodingKey {
    case study, isComplete, rows
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(S.name, forKey: .study)
    try container.encode(result.isComplete, forKey: .isComplete)
    try container.encode(report.table, forKey: .rows)
  }
}
