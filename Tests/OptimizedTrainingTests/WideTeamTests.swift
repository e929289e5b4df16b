import Foundation
import Testing
import TrainingCore

@testable import OptimizedTraining

/// Teams of more members than there are processors, all of them present: helpers are threads of
/// their own here, where Dispatch would run no more than there are processors.
@Suite(.serialized) struct WideTeamTests {
  private static func team(of size: Int, givesWay: Bool = false) -> Team {
    Team(size: size, givesWay: givesWay, patience: (onArrival: 1 << 21, afterWork: 1 << 21)) {
      count, body in
      let threads = (0..<count).map { index in Thread { body(index) } }
      for thread in threads { thread.start() }
      while !threads.allSatisfy(\.isFinished) { Thread.sleep(forTimeInterval: 0.001) }
    }
  }

  /// Remembers how many worked on it.
  private final class Census: TeamWork, @unchecked Sendable {
    var members = 0
    func work(as member: Member) { if member.index == 0 { members = member.count } }
  }

  /// Work to which a member comes late, so that sharing it doesn't pay.
  private final class LateWork: TeamWork {
    func work(as member: Member) {
      if member.index == 1 { Thread.sleep(forTimeInterval: 0.05) }
      member.synchronize()
    }
  }

  /// Lets a team work until all of its members have come; beside other tests that takes a while.
  private static func assemble(_ team: Team) -> Bool {
    let census = Census()
    let deadline = Date(timeIntervalSinceNow: 120)
    while census.members < team.size, Date() < deadline { team.perform(census) }
    return census.members == team.size
  }

  private static let examples = Examples(
    shape: ImageShape(height: 1, width: 1, channels: 37), classCount: 5,
    inputs: (0..<90 * 37).map { Float($0 * $0 % 251) * 0x1p-7 - 1 },
    labels: (0..<90).map { UInt8($0 % 5) })

  private static func trained(
    _ model: String, batchSize: Int, clipNorm: Double?, team: Team
  ) throws -> ModelState {
    var configuration = RunConfiguration(
      model: try ModelSpec(named: model), optimizer: .sgd(SGDSpec(momentum: 0.5)),
      schedule: LearningRateSchedule(base: 0.01), batchSize: batchSize, seed: 3)
    configuration.clipNorm = clipNorm
    var run = TrainingRun(
      try OptimizedTrainer(configuration, state: nil, team: team), configuration)
    _ = run.runEpoch(training: examples, validation: examples)
    return run.trainer.state
  }

  @Test(arguments: [2, 3, 5, 8, 17])
  func `teams wider than the machine have the bits of one thread`(_ size: Int) throws {
    let team = Self.team(of: size)
    let alone = Team(size: 1)
    for model in [
      "mlp:37-70-35-5+dropout0.3", "mlp:37-100-5+batchnorm", "mlp:37-20-5+tanh+batchnorm+ghost3",
    ] {
      for (batchSize, clipNorm) in [(30, nil), (1, nil), (45, 0.1)] {
        if batchSize == 1, model.contains("batchnorm") { continue }
        let expected = try Self.trained(
          model, batchSize: batchSize, clipNorm: clipNorm, team: alone)
        #expect(Self.assemble(team))
        let state = try Self.trained(
          model, batchSize: batchSize, clipNorm: clipNorm, team: team)
        #expect(state == expected, "\(model), batch \(batchSize)")
      }
    }
  }

  /// The team halves itself, and some helpers stay; those that left are called again by themselves.
  @Test func `helpers that left come back while others stay`() {
    let team = Self.team(of: 4, givesWay: true)
    #expect(Self.assemble(team))
    team.perform(LateWork())
    #expect(Self.assemble(team))
  }
}
