import Testing

@testable import Reporting

@Suite struct ProgressLineTests {
  private func line(
    _ fraction: Double, elapsed: Double, at last: Double? = nil, label: String = ""
  ) -> ProgressLine {
    ProgressLine(
      label: label, fraction: fraction, elapsed: elapsed, elapsedAtLastAdvance: last ?? elapsed)
  }

  @Test(arguments: [
    (0, "0:00"), (0.4, "0:00"), (9.6, "0:10"), (61, "1:01"), (3599.7, "1:00:00"),
    (3661, "1:01:01"), (36_000, "10:00:00"), (-1, "0:00"), (1e9, "over 100 h"),
    (.nan, "over 100 h"),
  ])
  func writesTimes(seconds: Double, text: String) {
    #expect(ProgressLine.clock(seconds) == text)
  }

  @Test func estimatesFromTheShareOfWork() {
    #expect(line(0, elapsed: 10).timeLeft == nil)
    #expect(line(0.25, elapsed: 10).timeLeft == 30)
    #expect(line(1, elapsed: 10).timeLeft == 0)
    // A quarter took 10 seconds; 5 more passed since, so 25 of the 30 are left.
    #expect(line(0.25, elapsed: 15, at: 10).timeLeft == 25)
    #expect(line(0.25, elapsed: 99, at: 10).timeLeft == 0)
  }

  @Test func `a progress line shows bar, share, times and label`() {
    #expect(
      line(0.5, elapsed: 83, label: "mlp-1, batch 16").text(columns: 100)
        == "━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄   50 %  1:23 elapsed  1:23 left  mlp-1, batch 16")
    #expect(line(0, elapsed: 0).text(columns: 60) == "┄┄┄┄┄┄┄┄┄    0 %  0:00 elapsed  estimating")
    #expect(line(0.9999, elapsed: 1).text(columns: 100).contains(" 99 %"))
    #expect(line(1, elapsed: 1).text(columns: 100).contains("100 %"))
  }

  @Test(arguments: [0, 1, 7, 20, 33, 40, 60, 80, 200])
  func fitsEveryWidth(columns: Int) {
    for label in ["", "batch 16", String(repeating: "手", count: 200)] {
      let text = line(0.3, elapsed: 5, label: label).text(columns: columns)
      #expect(TerminalText.width(text) <= columns)
    }
  }

  @Test(arguments: [-1, 2, 1e300])
  func sharesBeyondTheWholeDoNotTrap(fraction: Double) {
    #expect(!line(fraction, elapsed: 1).text(columns: 80).isEmpty)
  }
}
