/// What a study asks and tells while it runs; called from several threads.
public struct StudyObserver: Sendable {
  /// Told what runs now, and which fraction of the study's expected time has just been worked off.
  public let advanced: @Sendable (_ activity: String, _ fraction: Double) -> Void
  /// Asked between steps; where it answers true, the study returns what it has.
  public let shouldStop: @Sendable () -> Bool

  /// Creates an observer.
  ///
  /// - Parameters:
  ///   - advanced: Told what runs now, and by which fraction of the whole the study has advanced.
  ///   - shouldStop: Asked between steps.
  public init(
    advanced: @escaping @Sendable (_ activity: String, _ fraction: Double) -> Void = { _, _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.advanced = advanced
    self.shouldStop = shouldStop
  }
}
