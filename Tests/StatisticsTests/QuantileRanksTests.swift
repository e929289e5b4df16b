import PropertyTesting
import Testing
@testable import Statistics

@Suite struct QuantileRanksTests {
  /// A case with probabilities as fractions, so that chances are whole numbers over bⁿ.
  struct Question {
    var count: Int
    /// a and b of p = a / b.
    var part: UInt64, whole: UInt64
    /// c of a level of 1 − 1 / c.
    var odds: UInt64

    var ranks: QuantileRanks? {
      QuantileRanks(
        count: count, probability: Double(part) / Double(whole), level: 1 - 1 / Double(odds))
    }

    /// C(n, k) aᵏ (b − a)ⁿ⁻ᵏ for k = 0 … n: chances times bⁿ, exact.
    var chances: [WholeNumber] {
      var term = WholeNumber(1)
      for _ in 0..<count { term = term * (whole - part) }
      var terms = [term]
      for k in 0..<count {
        term = term * UInt64(count - k) * part / (UInt64(k + 1) * (whole - part))
        terms.append(term)
      }
      return terms
    }

    /// Whether chances come to 1 / (2c) at most.
    func isWithin(_ chances: some Sequence<WholeNumber>) -> Bool {
      let sum = chances.reduce(WholeNumber(0)) { $0 + $1 } * (2 * odds)
      return sum <= (0..<count).reduce(WholeNumber(1)) { power, _ in power * whole }
    }
  }

  /// The chance of missing the quantile on either side is at most half of what the level leaves,
  /// and one rank further in it would be more: counted in whole numbers, without any tolerance.
  @Test(.tags(.property)) func ranksCoverWhatTheyPromiseAndNoMore() {
    var (with, without) = (0, 0)
    forAll("ranks are the innermost that reach the level", cases: 150) { choices in
      let fractions: [(UInt64, UInt64)] = [
        (1, 2), (9, 10), (99, 100), (1, 10), (1, 3), (999, 1000),
      ]
      let (part, whole) = choices.pick(fractions)
      return Question(
        count: choices.integer(in: 1...(choices.oneIn(2) ? 40 : 400)), part: part, whole: whole,
        odds: choices.pick([20, 10, 100, 3]))
    } failure: { (question: Question) in
      let chances = question.chances
      guard let ranks = question.ranks else {
        without += 1
        // All but the smallest sample, or all but the largest, and it is still too often missed.
        let isPossible =
          question.isWithin(chances.prefix(1)) && question.isWithin(chances.suffix(1))
        return isPossible ? "none, though the extremes would do" : nil
      }
      with += 1
      guard 1 <= ranks.lower, ranks.upper <= question.count else { return "\(ranks)" }
      guard question.isWithin(chances.prefix(ranks.lower)),
        question.isWithin(chances.dropFirst(ranks.upper))
      else { return "\(ranks) promise too much" }
      guard !question.isWithin(chances.prefix(ranks.lower + 1)),
        !question.isWithin(chances.dropFirst(ranks.upper - 1))
      else { return "\(ranks) could be further in" }
      return nil
    }
    #expect(with + without < 100 || min(with, without) > 10, "\(with) and \(without)")
  }

  /// Smallest numbers of samples: p ⁿ ≤ 2.5 %.
  @Test(arguments: [(0.9, 36), (0.99, 368), (0.1, 36), (0.5, 6), (0.999, 3688)])
  func anIntervalNeedsSamplesBeyondIt(probability: Double, needed: Int) throws {
    let ranks = try #require(
      QuantileRanks(count: needed, probability: probability, level: 0.95))
    #expect(probability < 0.5 || ranks.upper == needed)
    #expect(QuantileRanks(count: needed - 1, probability: probability, level: 0.95) == nil)
  }

  /// For the median, the two ways to the same ranks agree.
  @Test func mediansHaveTheirRanks() throws {
    for count in 1...1000 {
      let ranks = QuantileRanks(count: count, probability: 0.5, level: 0.95)
      let median = MedianRanks(count: count, level: 0.95)
      #expect(ranks?.lower == median?.lower && ranks?.upper == median?.upper)
    }
  }

  /// For large n the ranks tend to np ± 1.96 √(np (1 − p)); of 0.9 · 10⁶, that is 588.
  @Test func ranksOfManySamplesAreNormal() throws {
    let ranks = try #require(
      QuantileRanks(count: 1_000_000, probability: 0.9, level: 0.95))
    #expect(abs(ranks.lower - (900_000 - 588)) <= 2)
    #expect(abs(ranks.upper - (900_000 + 588)) <= 2)
  }

  @Test(arguments: [
    (0, 0.5, 0.95), (-1, 0.5, 0.95), (100, 0, 0.95), (100, 1, 0.95), (100, .nan, 0.95),
    (100, 0.5, 0), (100, 0.5, 1), (100, 0.5, .nan),
  ])
  func `an impossible question has no ranks`(count: Int, probability: Double, level: Double) {
    #expect(QuantileRanks(count: count, probability: probability, level: level) == nil)
  }

  @Test(.tags(.property)) func thePercentileIsInItsInterval() {
    forAll("a sample's percentile is in its interval") { choices in
      (
        choices.array(choices.integer(in: 1...500)) { Double($0.draw(upTo: 1 << 20)) },
        choices.pick([0.5, 0.9, 0.99])
      )
    } failure: { (samples, probability) in
      guard let order = OrderStatistics(samples) else { return "no statistics" }
      guard let interval = order.quantileInterval(probability) else { return nil }
      let quantile = order.quantile(probability)
      return interval.contains(quantile) ? nil : "\(quantile) outside of \(interval)"
    }
  }
}
