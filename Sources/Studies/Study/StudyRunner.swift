import Dispatch
import Files
import Foundation
import Synchronization
import TrainingCore

/// Does the jobs of a study that have no record yet.
///
/// Jobs whose needs are done are ready. Of these, timed ones are done first, one after the other,
/// each with all threads; the others follow side by side with one thread each, or with all threads
/// where there is but one.
package struct StudyRunner<S: Study>: Sendable {
  private let study: S
  private let records: RecordStore<S>
  private let engine: String
  private let threads: Int?
  private let jobsAtOnce: Int
  private let observer: StudyObserver

  /// Prepares to run a study.
  ///
  /// A job that runs alone has `threads`, or as many as there are processors for nil; of those that
  /// aren't timed, `jobsAtOnce` run side by side. `engine` is the trainer's name in the records.
  package init(
    _ study: S, records: RecordStore<S>, engine: String, threads: Int? = nil, jobsAtOnce: Int,
    observer: StudyObserver = StudyObserver()
  ) {
    self.study = study
    self.records = records
    self.engine = engine
    self.threads = threads
    self.jobsAtOnce = jobsAtOnce
    self.observer = observer
  }

  /// Does jobs and what they need; false where the observer asked to stop.
  ///
  /// It throws the first error of a job; the records of jobs that were done before it are kept.
  package func run<T: StudyTrainer>(_ jobs: [S.Job], with trainer: T.Type) throws -> Bool {
    let all = closure(of: jobs)
    var open = all.filter { records[$0] == nil }
    let total = open.reduce(0) { $0 + study.work(of: $1) }
    let done = Atomic(all.count - open.count)

    @Sendable func run(_ job: S.Job, threads: Int?) throws -> Bool {
      guard !observer.shouldStop() else { return false }
      let work = study.work(of: job)
      let context = JobContext<S>(threads: threads, records: records) { share in
        observer.advanced(job.activity, share * work / total)
        return !observer.shouldStop()
      }
      guard let outcome = try study.run(job, with: trainer, context) else { return false }
      let used = threads ?? ProcessInfo.processInfo.activeProcessorCount
      try records.keep(
        outcome, of: job, by: Origin(engine: engine, threads: job.isTimed ? used : nil))
      let count = done.add(1, ordering: .relaxed).newValue
      observer.finished(job.activity, count, all.count)
      return true
    }

    while !open.isEmpty {
      let ready = open.filter { $0.needs.allSatisfy { records[$0] != nil } }
      for job in ready where job.isTimed {
        guard try run(job, threads: threads) else { return false }
      }
      guard try sideBySide(ready.filter { !$0.isTimed }, run) else { return false }
      open.removeAll { records[$0] != nil }
    }
    return true
  }

  private func sideBySide(
    _ jobs: [S.Job], _ run: @Sendable (_ job: S.Job, _ threads: Int?) throws -> Bool
  ) throws -> Bool {
    let lanes = min(jobsAtOnce, jobs.count)
    let next = Atomic(0)
    let failures = Mutex<[Int: any Error]>([:])
    let isStopped = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: lanes) { _ in
      while !isStopped.load(ordering: .relaxed) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < jobs.count else { return }
        do {
          if try !run(jobs[index], lanes == 1 ? threads : 1) {
            isStopped.store(true, ordering: .relaxed)
          }
        } catch {
          failures.withLock { $0[index] = error }
          isStopped.store(true, ordering: .relaxed)
        }
      }
    }
    if let first = failures.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
    return !isStopped.load(ordering: .relaxed)
  }
}
