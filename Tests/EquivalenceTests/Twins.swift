import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore

/// The reference and the optimized trainer, asked the same at every call, whose answers and states
/// must be the same bits.
///
/// Being a `Trainer`, twins go through whatever a trainer goes through: a run, a study. The first
/// difference is recorded as an issue; what follows from it isn't.
struct Twins: OnlineSelectionTrainer, TransferTrainer {
  static var promisesBits: Bool { true }

  /// The readable trainer, whose answers are given.
  private(set) var reference: ReferenceTrainer<Float>
  /// The fast trainer.
  private(set) var optimized: OptimizedTrainer
  private let report: Report

  /// Where the first difference goes; copies of twins share it.
  private final class Report: Sendable {
    let first = Mutex<String?>(nil)
    private let title: String
    private let isExpected: Bool

    init(title: String, isExpected: Bool) {
      self.title = title
      self.isExpected = isExpected
    }

    func record(_ found: String?, in call: String) {
      guard let found else { return }
      let line = "\(title): \(call): \(found)"
      let isFirst = first.withLock { first in
        defer { first = first ?? line }
        return first == nil
      }
      if isFirst, !isExpected { Issue.record(Comment(rawValue: line)) }
    }
  }

  init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    try self.init(configuration, state: state, threads: threads ?? 2)
  }

  /// Makes twins whose optimized half has so many threads.
  init(
    _ configuration: RunConfiguration, state: ModelState? = nil, threads: Int,
    isExpected: Bool = false
  ) throws(ModelError) {
    try self.init(
      ReferenceTrainer(configuration, state: state),
      OptimizedTrainer(configuration, state: state, threads: threads),
      title:
        "\(configuration.model.name), batch \(configuration.batchSize), \(threads) threads",
      isExpected: isExpected)
  }

  /// Makes twins of two trainers.
  ///
  /// - Parameters:
  ///   - reference: The readable trainer.
  ///   - optimized: The fast trainer.
  ///   - title: What the report of a difference begins with.
  ///   - isExpected: Whether a difference is no issue, but for the caller to ask for.
  init(
    _ reference: ReferenceTrainer<Float>, _ optimized: OptimizedTrainer, title: String,
    isExpected: Bool = false
  ) {
    self.reference = reference
    self.optimized = optimized
    report = Report(title: title, isExpected: isExpected)
    compareStates("init")
  }

  /// The first difference so far.
  var difference: String? { report.first.withLock { $0 } }

  var model: ModelSpec { reference.model }

  var steps: Int {
    compare(optimized.steps, reference.steps, "steps")
    return reference.steps
  }

  var state: ModelState {
    compareStates("state")
    return reference.state
  }

  mutating func accumulateGradient(of batch: Batch) -> Tally {
    let expected = reference.accumulateGradient(of: batch)
    compare(optimized.accumulateGradient(of: batch), expected, "accumulateGradient")
    _ = gradient
    compareStates("accumulateGradient")
    return expected
  }

  var gradient: [Tensor] {
    report.record(
      PropertyTesting.difference(
        optimized.gradient.flatMap(\.values), reference.gradient.flatMap(\.values),
        equatesNaNs: true),
      in: "gradient")
    return reference.gradient
  }

  mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    let expected = reference.trainingTally(of: batch, updatesAverages: updatesAverages)
    let actual = optimized.trainingTally(of: batch, updatesAverages: updatesAverages)
    compare(actual, expected, "trainingTally")
    compareStates("trainingTally")
    return expected
  }

  var latestStatistics: [Tensor] {
    compareLatestStatistics("latestStatistics")
    return reference.latestStatistics
  }

  mutating func measureStatistics(over examples: Examples) {
    reference.measureStatistics(over: examples)
    optimized.measureStatistics(over: examples)
    compareStates("measureStatistics")
  }

  mutating func takeGradient(from other: Twins) {
    reference.takeGradient(from: other.reference)
    optimized.takeGradient(from: other.optimized)
    compareStates("takeGradient")
  }

  mutating func step(learningRate: Double, batchSize: Int) {
    reference.step(learningRate: learningRate, batchSize: batchSize)
    optimized.step(learningRate: learningRate, batchSize: batchSize)
    compareStates("step")
  }

  mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    let expected = reference.train(
      on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: upcoming)
    let actual = optimized.train(
      on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: upcoming)
    compare(actual, expected, "step \(reference.steps)")
    compareStates("step \(reference.steps)")
    return expected
  }

  func outputs(for batch: Batch) -> [Float] {
    let expected = reference.outputs(for: batch)
    let found = PropertyTesting.difference(
      optimized.outputs(for: batch), expected, equatesNaNs: true)
    report.record(found, in: "outputs of \(batch.count)")
    return expected
  }

  func evaluate(_ batch: Batch) -> Tally {
    let expected = reference.evaluate(batch)
    compare(optimized.evaluate(batch), expected, "evaluate \(batch.count)")
    return expected
  }

  private func compare<Value: Equatable>(_ actual: Value, _ expected: Value, _ call: String) {
    if actual != expected { report.record("\(actual) instead of \(expected)", in: call) }
  }

  private func compareStates(_ call: String) {
    report.record(
      PropertyTesting.difference(optimized.state, reference.state), in: "state after \(call)")
    compareLatestStatistics(call)
  }

  private func compareLatestStatistics(_ call: String) {
    let (actual, expected) = (optimized.latestStatistics, reference.latestStatistics)
    report.record(
      PropertyTesting.difference(
        actual.flatMap(\.values), expected.flatMap(\.values), equatesNaNs: true),
      in: "latest statistics after \(call)")
  }
}
