import Testing
import TrainingCore

@Suite struct TallyTests {
  @Test func countsLossesAndHits() {
    var tally = Tally()
    #expect(tally.count == 0 && tally.accuracy.isNaN)
    tally.add(loss: 0.5, isCorrect: true)
    tally.add(loss: 1.5, isCorrect: false)
    tally.add(loss: 1, isCorrect: true)
    tally.add(loss: 0, isCorrect: true)
    #expect(tally.count == 4 && tally.correct == 3)
    #expect(tally.accuracy == 0.75)
    #expect(tally.loss.mean == 0.75)
  }

  /// A short last batch counts by its samples, not as much as a full one.
  @Test func partsAddUpBySample() {
    var full = Tally()
    for hit in [true, false, true] { full.add(loss: 1, isCorrect: hit) }
    var short = Tally()
    short.add(loss: 5, isCorrect: true)
    full.add(short)
    #expect(full.count == 4)
    #expect(full.loss.mean == 2)
    #expect(full.accuracy == 0.75)
  }

  @Test func aLossThatIsNoNumberStaysVisibleAndTheHitsCount() {
    var tally = Tally()
    tally.add(loss: .nan, isCorrect: true)
    #expect(tally.loss.mean.isNaN && tally.accuracy == 1)
  }

  @Test func `the total of tallies is their samples together`() {
    var (first, second, both) = (Tally(), Tally(), Tally())
    for (index, loss) in [0.5, 2, 0.25].enumerated() {
      both.add(loss: loss, isCorrect: index == 1)
      if index == 0 {
        first.add(loss: loss, isCorrect: false)
      } else {
        second.add(loss: loss, isCorrect: index == 1)
      }
    }
    #expect([first, second].total == both)
    #expect([Tally]().total == Tally())
  }

  /// Sums add up and are divided once: parts with other weights have other means.
  @Test func `a weighted mean divides by the weights`() {
    var (part, rest) = (Tally(), Tally())
    part.add(loss: 3, isCorrect: true, weight: 1.5)
    rest.add(loss: 1, isCorrect: true, weight: 0.25)
    rest.add(loss: 0.5, isCorrect: false, weight: 0.25)
    #expect(part.meanLoss == 2 && rest.meanLoss == 3)
    #expect([part, rest].total.meanLoss == 2.25)
    #expect([rest, part].total == [part, rest].total)
    #expect([part, rest].total.loss.mean == 1.5)
    var plain = Tally()
    plain.add(loss: 3, isCorrect: true)
    #expect(plain.weight == nil && plain.meanLoss == 3)
  }
}
