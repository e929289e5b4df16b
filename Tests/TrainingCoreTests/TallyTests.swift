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
}
