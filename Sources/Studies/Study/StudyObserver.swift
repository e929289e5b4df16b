/// What a study asks and tells while it runs; called from several threads.
package struct StudyObserver: Sendable {
  /// Told what runs now, and which share of the run's expected time has just been worked off.
  package let advanced: @Sendable (_ activity: String, _ fraction: Double) -> Void
  /// Told which job is done, and how many of how many are.
  package let finished: @Sendable (_ activity: String, _ done: Int, _ count: Int) -> Void
  /// Asked between steps; where it answers true, the run stops and keeps what it has.
  package let shouldStop: @Sendable () -> Bool

  package init(
    advanced: @escaping @Sendable (_ activity: String, _ fraction: Double) -> Void = { _, _ in },
    finished: @escaping @Sendable (_ activity: String, _ done: Int, _ count: Int) -> Void = {
      _, _, _ in
    },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.advanced = advanced
    self.finished = finished
    self.shouldStop = shouldStop
  }
}
