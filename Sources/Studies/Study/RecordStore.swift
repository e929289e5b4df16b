import Files
import Foundation
import Synchronization
import TrainingCore

/// The records of a study by job: in memory, and in a folder where there is one.
///
/// A record has its file, whose name ends with a hash of everything that determines it: the study
/// and its version, the images, and the job. It is written whole or not at all and flushed to the
/// disk before the next job begins, so that nothing but jobs in flight is lost to a kill or a power
/// cut. Several processes may write to one folder.
package final class RecordStore<S: Study>: Sendable {
  /// A record with its job and its origin, as a file has it.
  package struct Stored: Codable, Sendable {
    package let job: S.Job
    package let origin: Origin
    package let record: S.Record
  }

  private let url: URL?
  private let folder: OutputFolder?
  private let digest: String
  private let stored = Mutex<[S.Job: Stored]>([:])
  private let weights = Mutex<[S.Job: Safetensors]>([:])

  /// The folder of records within a study's folder.
  package static var folderName: String { "records" }

  /// Creates a store without records, of images with a digest.
  ///
  /// `folder` is the study's, or nil to keep records in memory alone.
  package init(in folder: URL?, digest: String, isReadOnly: Bool = false) throws(OutputError) {
    url = folder?.appending(path: Self.folderName, directoryHint: .isDirectory)
    if let url, !isReadOnly { self.folder = try OutputFolder(url) } else { self.folder = nil }
    self.digest = digest
  }

  package subscript(_ job: S.Job) -> Stored? { stored.withLock { $0[job] } }

  /// The name of a job's files, without their endings.
  package func key(of job: S.Job) throws -> String {
    var hash = Fingerprint()
    hash.mix("\(S.name) \(S.version) \(digest) ".utf8)
    hash.mix(try encodedJSON(job))
    let words = job.activity.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "\(words.joined(separator: "-").prefix(100))-\(hash)"
  }

  /// Reads those of the jobs' records that the folder has; throws `StudyError.damagedRecord` for a
  /// file that isn't the job's record.
  package func load(_ jobs: [S.Job]) throws {
    guard let folder = url else { return }
    for job in jobs where self[job] == nil {
      let url = folder.appending(path: try key(of: job) + ".json")
      guard FileManager.default.fileExists(atPath: url.path) else { continue }
      guard let found = try? decodedJSON(Stored.self, from: Data(contentsOf: url)),
        found.job == job
      else { throw StudyError.damagedRecord(path: url.relativePath) }
      stored.withLock { $0[job] = found }
    }
  }

  /// Keeps a record, durably where there is a folder.
  package func keep(
    _ outcome: JobOutcome<S.Record>, of job: S.Job, by origin: Origin
  ) throws {
    let record = Stored(job: job, origin: origin, record: outcome.record)
    if let folder {
      let key = try key(of: job)
      // The record comes last: where it is, everything is.
      if let weights = outcome.weights {
        try folder.write(weights.encoded(), as: key + ".safetensors")
      }
      try folder.write(encodedJSON(record), as: key + ".json")
    } else {
      weights.withLock { $0[job] = outcome.weights }
    }
    stored.withLock { $0[job] = record }
  }

  /// The tensors that a job left, and where they are from; nil where it left none.
  func weights(of job: S.Job) throws -> (file: Safetensors, path: String)? {
    guard let folder = url else {
      return weights.withLock { $0[job] }.map { ($0, job.activity) }
    }
    let file = folder.appending(path: try key(of: job) + ".safetensors")
    guard self[job] != nil, FileManager.default.fileExists(atPath: file.path) else { return nil }
    return (try Safetensors(contentsOf: file.path), file.path)
  }

  /// Takes over jobs' records that another store of the same images has; throws
  /// `StudyError.recordsDiffer` where both have one and they differ in more than times.
  package func merge(_ other: RecordStore, of jobs: [S.Job]) throws {
    for job in jobs {
      guard let theirs = other[job] else { continue }
      if let ours = self[job] {
        let one = try encodedJSON(S.withoutTimes(ours.record))
        guard try one == encodedJSON(S.withoutTimes(theirs.record)) else {
          throw StudyError.recordsDiffer(job.activity)
        }
      } else {
        let outcome = JobOutcome(record: theirs.record, weights: try other.weights(of: job)?.file)
        try keep(outcome, of: job, by: theirs.origin)
      }
    }
  }
}
