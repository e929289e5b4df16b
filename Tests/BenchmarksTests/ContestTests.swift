import Measurement
import Testing

@testable import benchmarks

@Suite struct ContestTests {
  private let rule = StoppingRule(timeLimit: Seconds(1))

  @Test func everyContenderHasATurnInEachRound() throws {
    var turns: [Int] = []
    let contenders = [1.0, 4.0].enumerated().map { index, cost in
      Contest.Contender(labels: ["by": String(index), "model": "m"]) { count in
        turns.append(index)
        return Seconds(cost * Double(count))
      }
    }
    let outcome = try Contest.run(
      contenders, rule, samplesLasting: Seconds(2), unit: "step", unitsPerRepetition: 2)
    #expect(outcome.times.map(\.median) == [0.5, 2])
    #expect(outcome.times.map(\.repetitions) == [6, 2])
    #expect(outcome.times.map(\.unit) == ["s/step", "s/step"])
    #expect(Array(turns.suffix(14)) == (0..<7).flatMap { _ in [0, 1] })
    let ratio = outcome.ratio(of: 1, to: 0)
    #expect(ratio.samples == Array(repeating: 4, count: 7))
    #expect(ratio.labels == ["by": "1", "model": "m", "relative to by": "0"])
  }

  @Test func contendersCanBeGivenEqualWork() throws {
    let contenders = [1.0, 4.0].map { cost in
      Contest.Contender(labels: [:]) { Seconds(cost * Double($0)) }
    }
    let outcome = try Contest.run(
      contenders, rule, samplesLasting: Seconds(8), unit: "step", equal: true)
    #expect(outcome.times.map(\.repetitions) == [9, 9])
    #expect(outcome.times.map(\.median) == [1, 4])
    #expect(outcome.times.allSatisfy { $0.leftOutRounds == nil && $0.disturbedRounds == nil })
  }

  /// Others are busy in the second to the fourth round: these aren't among the samples.
  @Test func disturbedRoundsAreLeftOut() throws {
    var readings = 0
    let others = OtherLoad {
      readings += 1
      let isAfterRound = readings.isMultiple(of: 2)
      let busy = isAfterRound && (2...4).contains(readings / 2) ? 1e6 : 0
      return .init(processors: 2, busy: Seconds(busy))
    } own: {
      .zero
    }
    var calls = 0
    let contender = Contest.Contender(labels: [:]) { count in
      calls += 1
      return Seconds(Double(calls))
    }
    let outcome = try Contest.run(
      [contender], StoppingRule(timeLimit: Seconds(1000), maximumRounds: 7),
      samplesLasting: Seconds(1), unit: "step", others: others)
    #expect(outcome.times[0].samples == [3, 7, 8, 9, 10, 11, 12])
    #expect(outcome.times[0].leftOutRounds == 3)
    #expect(outcome.times[0].disturbedRounds == 0)
  }

  /// Where others never stop, rounds are kept after twice the time limit, and counted.
  @Test func roundsOfABusyMachineAreKeptAndCounted() throws {
    let others = OtherLoad(read: Self.rising()) { .zero }
    let contender = Contest.Contender(labels: [:]) { Seconds(Double($0)) }
    let outcome = try Contest.run(
      [contender], StoppingRule(timeLimit: .zero), samplesLasting: Seconds(1), unit: "step",
      others: others)
    #expect(outcome.times[0].samples.count == 7)
    #expect(outcome.times[0].leftOutRounds == 0)
    #expect(outcome.times[0].disturbedRounds == 7)
  }

  /// Readings of processors that are busier each time.
  private static func rising() -> () -> OtherLoad.Reading? {
    var busy = 0.0
    return {
      busy += 1e6
      return .init(processors: 2, busy: Seconds(busy))
    }
  }

  /// A round's quotient is of that round's times: a machine that slows down cancels out.
  @Test func ratiosAreTakenRoundByRound() {
    let outcome = Contest.Outcome(times: [
      Series([:], unit: "s", samples: [1, 2, 4]), Series([:], unit: "s", samples: [3, 6, 12]),
    ])
    #expect(outcome.ratio(of: 1, to: 0).samples == [3, 3, 3])
  }

  @Test func theTimeLimitIsForEachContender() throws {
    var rounds = 0
    var time: UInt64 = 0
    nonisolated(unsafe) let clockTime = withUnsafeMutablePointer(to: &time) { $0 }
    let clock = MonotonicClock { clockTime.pointee }
    let series = try Rounds.measure(rule, clock: clock) {
      rounds += 1
      time += 50_000_000
      return [Double(rounds)]
    }
    // 50 ms a round: over after 20, though the interval is wide.
    #expect(series == [(1...20).map(Double.init)])
  }

  @Test func repetitionsLastLongEnoughAndTheFirstTimeIsForWarmth() {
    var calls: [Int] = []
    let count = Rounds.repetitions(lasting: Seconds(1)) { count in
      calls.append(count)
      return calls.count == 1 ? Seconds(100) : Seconds(0.001 * Double(count))
    }
    #expect(count >= 1000 && count <= 1200)
    #expect(calls.prefix(2) == [1, 1])
    #expect(calls.last == count)
  }
}
