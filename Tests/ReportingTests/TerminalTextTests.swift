import Testing

@testable import Reporting

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("", 0), ("mlp-1", 5), ("µs", 2), ("Zürich", 6), ("Zu\u{308}rich", 6), ("手書き", 6),
    ("한글", 4), ("ｗ", 2), ("🙂", 2), ("👨‍👩‍👧", 2), ("❤\u{FE0F}", 2), ("a\u{200B}b", 2),
    ("–━┄…", 4),
  ])
  func countsColumns(text: String, columns: Int) {
    #expect(TerminalText.width(text) == columns)
  }

  @Test(arguments: ["training mlp-1", "手書き文字の認識", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧"])
  func cutsToTheColumnsThereAre(text: String) {
    for columns in -1...20 {
      let cut = TerminalText.truncated(text, columns: columns)
      #expect(TerminalText.width(cut) <= max(0, columns))
      #expect(cut == text || cut.isEmpty || cut.hasSuffix("…"))
      #expect((cut == text) == (TerminalText.width(text) <= columns))
    }
  }
}
