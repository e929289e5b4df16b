import Files
import Foundation
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore

@testable import Studies

/// What the runner does with jobs, whichever study they are of.
@Suite struct StudyRunnerTests {
  private typealias Records = RecordStore<FixedStudy>

  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  /// Asks to stop once the study has advanced so many times.
  private static func stopping(after count: Int) -> StudyObserver {
    let counter = Counter()
    return StudyObserver(
      advanced: { _, _ in counter.value.add(1, ordering: .relaxed) },
      shouldStop: { counter.value.load(ordering: .relaxed) >= count })
  }

  private static func study(isTimed: Bool = false) throws -> FixedStudy {
    var options = SmallStudy.options()
    options.isTimed = isTimed
    return try SmallStudy.study(options)
  }

  private static func run(
    _ study: FixedStudy, _ records: Records, jobsAtOnce: Int = 2, shard: StudyShard = .whole,
    observer: StudyObserver = StudyObserver()
  ) throws -> Bool {
    let jobs = shard.jobs(of: FixedStudy.jobs(of: study.options), work: study.work)
    return try StudyRunner(
      study, records: records, engine: "reference", threads: 1, jobsAtOnce: jobsAtOnce,
      observer: observer
    ).run(jobs, with: ReferenceTrainer<Float>.self)
  }

  private static func json(_ study: FixedStudy, _ records: Records) throws -> Data {
    try StudyResult(study.plan, records).json
  }

  /// Steps of an arm: two trials of two epochs of 60, 15 and 9 batches; there are four arms.
  private static let steps = 4 * 2 * 2 * (60 + 15 + 9)

  @Test func `a run that is stopped anywhere and resumed has the bytes of one run`() throws {
    let study = try Self.study()
    let whole = Records(digest: "")
    #expect(try Self.run(study, whole))
    let expected = try Self.json(study, whole)
    for count in Array(stride(from: 0, to: Self.steps, by: 97)) + [119, 120, 121] {
      let records = Records(digest: "")
      #expect(!(try Self.run(study, records, observer: Self.stopping(after: count))))
      let kept = try StudyResult(study.plan, records)
      #expect(!kept.isComplete, "after \(count)")
      #expect(try Self.run(study, records, jobsAtOnce: 1 + count % 3))
      #expect(try Self.json(study, records) == expected, "after \(count)")
    }
  }

  @Test func `timed jobs run one after the other, before the others`() throws {
    let order = Mutex<[String]>([])
    let observer = StudyObserver(finished: { activity, _, _ in
      order.withLock { $0.append(activity) }
    })
    let study = try Self.study(isTimed: true)
    #expect(try Self.run(study, Records(digest: ""), observer: observer))
    let published = FixedStudy.jobs(of: study.options).prefix(6).map(\.activity)
    #expect(order.withLock { Array($0.prefix(6)) } == published)
    #expect(order.withLock { Set($0.suffix(3)) }.allSatisfy { $0.contains("latency") })
  }

  @Test func `a finished job is counted`() throws {
    let counts = Mutex<[Int]>([])
    let observer = StudyObserver(finished: { _, done, count in
      counts.withLock { $0.append(done) }
      #expect(count == 24)
    })
    let study = try Self.study()
    let records = Records(digest: "")
    #expect(!(try Self.run(study, records, observer: Self.stopping(after: 400))))
    let kept = FixedStudy.jobs(of: study.options).count { records[$0] != nil }
    #expect(kept > 0)
    #expect(try Self.run(study, records, observer: observer))
    #expect(counts.withLock { $0.sorted() } == Array(kept + 1...24))
  }

  @Test(arguments: [2, 3, 7, 40])
  func `shards share out every job, and merged in any order have the bytes of one run`(
    count: Int
  ) throws {
    let study = try Self.study()
    let whole = Records(digest: "")
    #expect(try Self.run(study, whole))
    let shards = (0..<count).map { _ in Records(digest: "") }
    for (index, records) in shards.enumerated() {
      #expect(try Self.run(study, records, shard: StudyShard(index: index, count: count)))
    }
    let jobs = FixedStudy.jobs(of: study.options)
    for job in jobs { #expect(shards.count { $0[job] != nil } == 1) }
    for order in [Array(shards), shards.reversed()] {
      let merged = Records(digest: "")
      for shard in order { try merged.merge(shard, of: jobs) }
      #expect(try Self.json(study, merged) == Self.json(study, whole))
    }
  }

  @Test func `what is timed is in the first shard, with what it needs`() throws {
    let study = try Self.study(isTimed: true)
    let jobs = FixedStudy.jobs(of: study.options)
    let first = StudyShard(index: 0, count: 3).jobs(of: jobs, work: study.work)
    #expect(Set(first).isSuperset(of: jobs.filter(\.isTimed)))
    let measured = closure(
      of: jobs.filter { $0.activity.contains("latency") })
    #expect(measured.count == 3 + 3)
    for (place, job) in measured.enumerated() {
      #expect(
        job.needs.allSatisfy { need in measured.firstIndex(of: need).map { $0 < place } == true })
    }
  }

  @Test func `shards are read as they are typed`() throws {
    #expect(try StudyShard("2/4", environment: [:]) == StudyShard(index: 1, count: 4))
    let slurm = [
      "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "5",
      "SLURM_ARRAY_TASK_STEP": "2",
    ]
    #expect(try StudyShard("slurm", environment: slurm) == StudyShard(index: 1, count: 3))
    for text in ["", "0/4", "5/4", "1/0", "1", "a/b", "1/2/3", "-1/4", "slurm"] {
      #expect(throws: (any Error).self, "\(text)") { try StudyShard(text, environment: [:]) }
    }
  }
}

extension RecordStore {
  /// A store in memory.
  fileprivate convenience init(digest: String) {
    do { try self.init(in: nil, digest: digest) } catch { preconditionFailure("\(error)") }
  }
}
