import ReferenceTraining
import Synchronization
import Testing

@testable import Studies

extension FixedBatchSizeStudyTests {
  /// Steps of one arm: two trials of two epochs of 60, 15 and 9 batches.
  private static let stepsOfAnArm = 2 * 2 * (60 + 15 + 9)
  /// What a whole study advances: the steps of four arms, and three latencies after the first.
  private static let advances = 4 * stepsOfAnArm + 3
  /// Trainings that may run side by side, each of which ends the step that it is at.
  private static let controlledTrainings = 3 * 2 * 3

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

  @Test func anInterruptReturnsWhatIsDone() throws {
    let full = try SmallStudy.run()
    let known = Dictionary(
      full.trainings.map { ($0.cell, $0.withoutTimes) }, uniquingKeysWith: { first, _ in first })
    let published = full.trainings.filter(\.isTimed).map(\.withoutTimes)
    let arm = Self.stepsOfAnArm
    let last = Self.advances - Self.controlledTrainings - 1
    let points = Array(stride(from: 0, to: last, by: 53)) + [119, 120, arm, arm + 1, arm + 3, last]
    for count in points {
      let result = try SmallStudy.run(observer: Self.stopping(after: count))
      #expect(!result.isComplete, "after \(count)")
      #expect(result.trainings.count < full.trainings.count, "after \(count)")
      #expect(result.trainings.allSatisfy { known[$0.cell] == $0.withoutTimes }, "after \(count)")
      let timed = result.trainings.filter(\.isTimed).map(\.withoutTimes)
      #expect(timed == Array(published.prefix(timed.count)), "after \(count)")
      #expect(
        timed.count == Self.publishedTrainings(within: min(count, arm)), "after \(count)")
      #expect(result.latencies.count == 3 * min(3, max(0, count - arm)), "after \(count)")
    }
  }

  /// How many trainings of the published arm, one after the other, end within some steps.
  private static func publishedTrainings(within steps: Int) -> Int {
    var rest = steps
    var done = 0
    for length in [120, 30, 18, 120, 30, 18] {
      rest -= length
      if rest < 0 { break }
      done += 1
    }
    return done
  }

  @Test func controlledTrainingsThatAreDoneAreKept() throws {
    let steps = Counter()
    let observer = StudyObserver(
      advanced: { activity, _ in
        if activity == "mlp:4-8-3 · adam-sqrt · batch 7 · trial 1" {
          steps.value.add(1, ordering: .relaxed)
        }
      }, shouldStop: { steps.value.load(ordering: .relaxed) == 18 })
    let result = try SmallStudy.run(observer: observer)
    #expect(result.training("adam-sqrt", 7, trial: 0) != nil)
  }

  @Test func anInterruptAfterTheLastStepInterruptsNothing() throws {
    let result = try SmallStudy.run(observer: Self.stopping(after: Self.advances))
    #expect(result.isComplete)
  }
}
