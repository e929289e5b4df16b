import CommandLineTools
import Foundation
import Measurement

/// Energies of several pieces of work, measured in turn.
struct EnergyContest {
  /// One piece of work.
  struct Contender {
    /// What tells it from the others.
    let labels: [String: String]
    /// The images of a repetition.
    let images: Int
    /// Does it so many times and says how long that took.
    let time: (Int) -> Seconds
  }

  let contenders: [Contender]
  let meter: EnergyMeter
  /// How long a round of each lasts at least: long beside a counter's step, which is a millisecond.
  var roundLength = Seconds(0.1)

  /// Threads of the one before may still be looking for work; they give up within this time.
  private static let pause = 0.01

  /// Measures rounds until the time is over, but seven at least.
  ///
  /// - Parameter limit: Start no further round after so long for each contender.
  /// - Returns: A row for each contender.
  /// - Throws: `CommandError.interrupted` where the user interrupts.
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
