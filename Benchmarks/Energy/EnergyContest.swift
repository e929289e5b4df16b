import CommandLineTools
import Foundation
import Measurement

/// Measures the energies of several pieces of work in turn.
struct EnergyContest {
  /// One piece of work.
  struct Contender {
    /// The labels that tell it from the others.
    let labels: [String: String]
    /// The images of a repetition.
    let images: Int
    /// Does the work so many times and returns the time it took.
    let time: (Int) -> Seconds
  }

  let contenders: [Contender]
  let meter: EnergyMeter
  /// How long a round of each lasts at least: long beside a counter's step, which is a millisecond.
  var roundLength = Seconds(0.1)

  /// Threads of the one before may still be looking for work; they give up within this time.
  private static let pause = 0.01

  /// Measures seven rounds at least, and starts none after so long for each contender.
  func measure(limit: Seconds) throws -> [EnergyRow] {
    let repetitions = contenders.map { Rounds.repetitions(lasting: roundLength, $0.time) }
    var rounds: [[EnergyRow.Round]] = contenders.map { _ in [] }
    let rule = StoppingRule(timeLimit: limit * Double(contenders.count))
    let watch = Stopwatch()
    var count = 0
    while count < rule.minimumRounds || watch.elapsed < rule.timeLimit {
      try Rounds.requireNoInterrupt()
      for (index, contender) in contenders.enumerated() {
        Thread.sleep(forTimeInterval: Self.pause)
        let (time, energy) = meter.measure { contender.time(repetitions[index]) }
        rounds[index].append(.init(seconds: time, energy: energy))
      }
      count += 1
    }
    return contenders.indices.map { index in
      EnergyRow(
        contenders[index].labels, images: contenders[index].images * repetitions[index],
        rounds: rounds[index])
    }
  }
}
