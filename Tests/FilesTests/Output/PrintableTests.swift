import Testing
@testable import Files

@Suite struct PrintableTests {
  @Test func replacesControlCharacters() {
    #expect(Printable.line("a\u{1B}[2Jb\u{7}") == "a\u{FFFD}[2Jb\u{FFFD}")
    #expect(Printable.line("one\ntwo\tthree\u{2028}") == "one two three ")
    #expect(Printable.line("手 é 🙂") == "手 é 🙂")
  }
}
