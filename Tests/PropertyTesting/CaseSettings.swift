import Foundation

/// How many cases of a property are run, and which: what the environment says.
public struct CaseSettings: Equatable, Sendable {
  /// The seed of all cases, `BATCHWISE_SEED`, 1 by default.
  public var seed: UInt64
  /// The first case, `BATCHWISE_FIRST_CASE`, 1 by default.
  public var first: Int
  /// The number of cases, `BATCHWISE_CASES`, or what each property finds enough by default.
  public var count: Int?
  /// How many simpler cases are tried at most where one fails, `BATCHWISE_ATTEMPTS`, 2000 by
  /// default.
  public var attempts: Int

  /// Reads the settings.
  ///
  /// - Parameter environment: The environment's variables.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    seed = environment["BATCHWISE_SEED"].flatMap { UInt64($0) } ?? 1
    first = environment["BATCHWISE_FIRST_CASE"].flatMap { Int($0) } ?? 1
    count = environment["BATCHWISE_CASES"].flatMap { Int($0) }.map { max($0, 0) }
    attempts = environment["BATCHWISE_ATTEMPTS"].flatMap { Int($0) } ?? 2000
  }

  /// The numbers of the cases that a property runs.
  ///
  /// - Parameter enough: As many as it finds enough.
  /// - Returns: The numbers.
  public func numbers(default enough: Int) -> Range<Int> { first..<first &+ (count ?? enough) }

  /// The command that runs one case alone.
  ///
  /// - Parameters:
  ///   - number: The case.
  ///   - filter: What `swift test --filter` finds the test by.
  /// - Returns: A line for a shell.
  public func replayLine(number: Int, filter: String) -> String {
    "BATCHWISE_SEED=\(seed) BATCHWISE_FIRST_CASE=\(number) BATCHWISE_CASES=1 "
      + "swift test --filter '\(filter)'"
  }
}
