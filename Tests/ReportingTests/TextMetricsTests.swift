import Testing

@testable import Reporting

@Suite struct TextMetricsTests {
  @Test(arguments: [
    "a short one", "Training time per epoch of every model, published and measured",
    "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "手書き文字の認識手書き文字の認識", "",
  ])
  func wrapsIntoTheWidth(text: String) {
    for width in [60.0, 120, 1000] {
      let lines = TextMetrics.wrapped(text, width: width, size: 12)
      for line in lines { #expect(TextMetrics.width(line, size: 12) <= width) }
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
      #expect(lines.allSatisfy { !$0.isEmpty })
    }
  }

  @Test func `a text that fits is one line`() {
    #expect(TextMetrics.wrapped("batch  size", width: 500, size: 12) == ["batch size"])
  }

  @Test func aSingleCharacterThatIsTooWideStillMakesProgress() {
    #expect(TextMetrics.wrapped("abc", width: 1, size: 12) == ["a", "b", "c"])
  }
}
