import Dispatch
import Synchronization

/// Does independent jobs, as many at a time as there are cores.
///
/// - Parameters:
///   - jobs: What is to be done.
///   - observer: Asked before each job whether to stop.
///   - body: Does one job, on any thread; nil where it was stopped.
/// - Returns: What came of the jobs that were done, in the order of the jobs.
/// - Throws: The error of the first job that threw one.
func sideBySide<Job: Sendable, Outcome: Sendable>(
  _ jobs: [Job], observer: StudyObserver, _ body: @Sendable (Job) throws -> Outcome?
) throws -> [Outcome] {
  let outcomes = Mutex([Int: Result<Outcome?, any Error>]())
  DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
    guard !observer.shouldStop() else { return }
    let outcome = Result { try body(jobs[index]) }
    outcomes.withLock { $0[index] = outcome }
  }
  let all = outcomes.withLock { $0 }
  return try jobs.indices.compactMap { try all[$0]?.get() }
}
