import Dispatch
import Foundation
import Synchronization
import Testing
import TrainingCore

@testable import OptimizedTraining

/// Threads in step: whoever comes, all of the work is done once, and nobody waits for ever.
@Suite(.serialized) struct TeamTests {
  /// Work of several phases, of which each checks that the one before is complete.
  private final class Phases: TeamWork {
    static let things = 50
    let done = Atomic<Int>(0)
    let incomplete = Atomic<Int>(0)

    func work(as member: Member) {
      for phase in 1...4 {
        done.add(member.share(of: Self.things).count, ordering: .relaxed)
        member.synchronize()
        if done.load(ordering: .relaxed) != phase * Self.things {
          incomplete.add(1, ordering: .relaxed)
        }
        member.synchronize()
      }
    }

    var isComplete: Bool {
      done.load(ordering: .relaxed) == 4 * Self.things && incomplete.load(ordering: .relaxed) == 0
    }
  }

  @Test(arguments: [1, 2, 3, 5, 64])
  func `each phase is complete before the next`(_ size: Int) {
    let team = Team(size: size)
    for _ in 0..<200 {
      let phases = Phases()
      team.perform(phases)
      #expect(phases.isComplete)
    }
  }

  /// Dispatch has no thread left for helpers, since each has a team of its own to call.
  @Test(arguments: [2, 64])
  func `a team without helpers finishes`(_ size: Int) {
    let finished = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 40) { _ in
      let team = Team(size: size)
      for _ in 0..<20 {
        let phases = Phases()
        team.perform(phases)
        if phases.isComplete { finished.add(1, ordering: .relaxed) }
      }
    }
    #expect(finished.load(ordering: .relaxed) == 800)
  }

  /// The work is let go of once it is done, also by helpers that stay.
  @Test func `work is released when it is done`() {
    let team = Team(size: 2)
    weak var kept: Phases?
    do {
      let phases = Phases()
      kept = phases
      team.perform(phases)
    }
    #expect(kept == nil)
  }

  /// Work that remembers how many did it.
  private final class CountedWork: TeamWork, @unchecked Sendable {
    let isUnderWay = Atomic<Bool>(false)
    var members = 0
    /// What the caller does in it.
    private let body: () -> Void

    init(_ body: @escaping () -> Void = {}) { self.body = body }

    func work(as member: Member) {
      guard member.index == 0 else { return }
      members = member.count
      isUnderWay.store(true, ordering: .releasing)
      body()
    }
  }

  /// Who comes while others work is there for what they do next.
  ///
  /// The helper comes once, after the first work began, which lasts longer from then on than it would
  /// wait without work.
  /// Between the two the caller may lose its processor for so long that the helper gives up, so
  /// one success in many rounds is enough; a helper that doesn't stay never has one.
  @Test func `a helper that comes late stays for the next work`() {
    let deadline = Date(timeIntervalSinceNow: 60)
    var counts: [[Int]] = []
    while !counts.contains([1, 2]), counts.count < 20 || Date() < deadline {
      let hasCome = Atomic<Bool>(false)
      let first = CountedWork {
        while !hasCome.load(ordering: .acquiring), Date() < deadline {
          Thread.sleep(forTimeInterval: 0.001)
        }
        Thread.sleep(forTimeInterval: 0.1)
      }
      let calls = Atomic<Int>(0)
      let team = Team(size: 2, patience: (onArrival: 1 << 13, afterWork: 1 << 13)) { _, body in
        guard calls.wrappingAdd(1, ordering: .relaxed).newValue == 1 else { return }
        while !first.isUnderWay.load(ordering: .acquiring) {}
        hasCome.store(true, ordering: .releasing)
        body(0)
      }
      team.perform(first)
      let second = CountedWork()
      team.perform(second)
      counts.append([first.members, second.members])
    }
    #expect(counts.allSatisfy { $0[0] == 1 })
    #expect(counts.contains([1, 2]))
  }

  private static func configuration() throws -> RunConfiguration {
    RunConfiguration(
      model: try ModelSpec(named: "mlp:20-70-35-5+dropout0.3"), optimizer: .adam(AdamSpec()),
      schedule: LearningRateSchedule(base: 0.01), batchSize: 30, seed: 3)
  }

  private static let examples = Examples(
    shape: ImageShape(height: 1, width: 1, channels: 20), classCount: 5,
    inputs: (0..<120 * 20).map { Float($0 * $0 % 251) * 0x1p-7 - 1 },
    labels: (0..<120).map { UInt8($0 % 5) })

  private static func trained(threads: Int) throws -> ModelState {
    let configuration = try configuration()
    var run = TrainingRun(
      try OptimizedTrainer(configuration, threads: threads), configuration)
    for _ in 0..<2 { _ = run.runEpoch(training: examples, validation: examples) }
    return run.trainer.state
  }

  /// Trainers of many threads, more than there are processors, with and without Dispatch's help.
  @Test(arguments: [2, 64])
  func `trainers without helpers have the same bits`(_ threads: Int) throws {
    let expected = try Self.trained(threads: 1)
    #expect(try Self.trained(threads: threads) == expected)
    let equal = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 24) { _ in
      if (try? Self.trained(threads: threads)) == expected { equal.add(1, ordering: .relaxed) }
    }
    #expect(equal.load(ordering: .relaxed) == 24)
  }

  /// Copies share an array until one changes; they take turns.
  @Test func copiesAreEvaluatedAtOnce() throws {
    let trainer = try OptimizedTrainer(Self.configuration(), threads: 3)
    let batch = Batch(0..<120, of: Self.examples)
    let expected = trainer.outputs(for: batch)
    let equal = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 24) { _ in
      let copy = trainer
      if copy.outputs(for: batch) == expected { equal.add(1, ordering: .relaxed) }
    }
    #expect(equal.load(ordering: .relaxed) == 24)
  }
}
