import Files
import Foundation
import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

/// Records as files.
@Suite struct RecordStoreTests {
  private let url = FileManager.default.temporaryDirectory.appending(
    path: "batchwise-records-\(UUID().uuidString)", directoryHint: .isDirectory)

  private func withFolder(_ body: () throws -> Void) throws {
    defer { try? FileManager.default.removeItem(at: url) }
    try body()
  }

  private func store(digest: String = "0") throws -> RecordStore<FixedStudy> {
    try RecordStore(in: url, digest: digest)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: url.appending(path: "records").path
    ).sorted()
  }

  @Test func `records and the weights that jobs leave are there for another process`() throws {
    try withFolder {
      let study = try SmallStudy.study()
      let first = try store()
      let result = try study.result(with: ReferenceTrainer<Float>.self, records: first)
      #expect(result.isComplete)
      let jobs = FixedStudy.jobs(of: study.options)
      #expect(try files().count { $0.hasSuffix(".json") } == jobs.count)
      #expect(try files().count { $0.hasSuffix(".safetensors") } == 3)
      let second = try store()
      #expect(jobs.allSatisfy { second[$0] == nil })
      try second.load(jobs)
      for job in jobs {
        let (one, two) = (try #require(first[job]), try #require(second[job]))
        #expect(try encodedJSON(one) == encodedJSON(two))
        #expect(try first.weights(of: job)?.file == second.weights(of: job)?.file)
      }
    }
  }

  @Test func `the name is a hash of everything that determines a record`() throws {
    try withFolder {
      let options = SmallStudy.options()
      var names: Set<String> = []
      var count = 0
      var other = options
      other.epochs += 1
      for jobs in [FixedStudy.jobs(of: options), FixedStudy.jobs(of: other)] {
        for digest in ["0", "1"] {
          let store = try store(digest: digest)
          for job in jobs {
            names.insert(try store.key(of: job))
            count += 1
          }
        }
      }
      #expect(names.count == count)
      let name = try store().key(of: FixedStudy.jobs(of: options)[0])
      #expect(name.hasPrefix("mlp-4-8-3-adam-batch-1-trial-1-"))
    }
  }

  @Test func `records of other options and images aren't taken`() throws {
    try withFolder {
      let study = try SmallStudy.study()
      _ = try study.result(with: ReferenceTrainer<Float>.self, records: store())
      let jobs = FixedStudy.jobs(of: study.options)
      let other = try store(digest: "1")
      try other.load(jobs)
      #expect(jobs.allSatisfy { other[$0] == nil })
      var options = study.options
      options.trials = 3
      let more = FixedStudy.jobs(of: options)
      let again = try store()
      try again.load(more)
      // Latencies are of the first trial's models, whichever trials there are.
      #expect(more.count { again[$0] != nil } == jobs.count)
    }
  }

  @Test(arguments: ["", "{}", "[1", "another"])
  func `a damaged record is named and stays`(contents: String) throws {
    try withFolder {
      let study = try SmallStudy.study()
      _ = try study.result(with: ReferenceTrainer<Float>.self, records: store())
      let jobs = FixedStudy.jobs(of: study.options)
      let file = url.appending(path: "records/\(try store().key(of: jobs[0])).json")
      let other = url.appending(path: "records/\(try store().key(of: jobs[1])).json")
      let bytes = contents == "another" ? try Data(contentsOf: other) : Data(contents.utf8)
      try bytes.write(to: file)
      #expect(throws: StudyError.damagedRecord(path: file.relativePath)) { try store().load(jobs) }
      #expect(try Data(contentsOf: file) == bytes)
    }
  }

  @Test func `records that differ in more than times aren't merged`() throws {
    try withFolder {
      let study = try SmallStudy.study()
      let jobs = FixedStudy.jobs(of: study.options)
      let one = try RecordStore<FixedStudy>(in: nil, digest: "0")
      let two = try RecordStore<FixedStudy>(in: nil, digest: "0")
      for records in [one, two] {
        _ = try study.result(with: ReferenceTrainer<Float>.self, records: records)
      }
      try one.merge(two, of: jobs)
      var record = try #require(two[jobs[0]]).record
      record.training?.testLoss += 1
      try two.keep(JobOutcome(record: record), of: jobs[0], by: Origin(engine: "reference"))
      #expect(throws: StudyError.recordsDiffer(jobs[0].activity)) { try one.merge(two, of: jobs) }
    }
  }

  @Test func `times of two machines are never put side by side`() throws {
    let study = try SmallStudy.study()
    let jobs = FixedStudy.jobs(of: study.options)
    let records = try RecordStore<FixedStudy>(in: nil, digest: "0")
    _ = try study.result(with: ReferenceTrainer<Float>.self, records: records)
    let other = Origin(engine: "optimized", threads: 64)
    let stored = try #require(records[jobs[0]])
    try records.keep(JobOutcome(record: stored.record), of: jobs[0], by: other)
    let result = try StudyResult(study.plan, records)
    #expect(result.origins.map(\.trainer) == ["reference, 1 thread", "optimized, 64 threads"])
    #expect(result.trainings[0] == stored.record.training?.withoutTimes)
    #expect(result.trainings[1].secondsPerEpoch != nil)
    let page = result.page(FixedStudy.report(result)).html()
    #expect(page.contains("optimized, 64 threads; its times, if it took any, are left out"))
  }
}
