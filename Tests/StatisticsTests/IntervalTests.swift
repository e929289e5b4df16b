import Foundation
import Measurement
import Testing
@testable import Statistics

@Test func endsArePutInOrder() {
  let interval = Interval(lower: 3.0, upper: 1, level: 0.9)
  #expect(interval.lower == 1)
  #expect(interval.upper == 3)
}

@Test func anIntervalHoldsItsEnds() {
  let interval = Interval(lower: 1.0, upper: 3, level: 0.9)
  for (figure, isInside) in [(0.9, false), (1, true), (2, true), (3, true), (3.1, false)] {
    #expect(interval.contains(figure) == isInside)
  }
}

@Test func anIntervalTakesAUnit() throws {
  let interval = Interval(lower: 2.31e-5, upper: 2.49e-5, level: 0.95).map(Seconds.init)
  #expect(interval.description == "23.1 µs to 24.9 µs")
  #expect(interval.level == 0.95)
  let encoded = try JSONEncoder().encode(interval)
  #expect(try JSONDecoder().decode(Interval<Seconds>.self, from: encoded) == interval)
}
