import Testing

@testable import Reporting

@Suite struct MarkupTests {
  @Test func escapesWhatHasAMeaning() {
    #expect(
      Markup.escaped("<a href=\"x\" b='y'>&") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;")
    #expect(Markup.escaped("é 手 🙂 \n\t") == "é 手 🙂 \n\t")
  }

  @Test func replacesWhatDocumentsMayNotContain() {
    #expect(
      Markup.escaped("a\0b\u{8}c\u{7F}d\u{85}e\u{FFFE}\u{1FFFF}\r")
        == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}\u{FFFD}\u{FFFD}")
  }
}
