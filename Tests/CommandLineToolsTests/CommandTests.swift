import CommandLineTools
import Testing

@Suite struct CommandTests {
  @Test func helpHasUsageOperandsAndOptions() {
    let command = Command(
      name: "eat", summary: "eats", discussion: "Slowly.",
      operands: [.init("FOOD", help: "what to eat")],
      options: [.init("--with", "TOOL", help: "a fork"), .init("--fast", help: "hurry")],
      run: { _ in })
    #expect(
      command.help(of: "table") == """
        eats

        usage: table eat FOOD [options]

        Slowly.

          FOOD         what to eat
          --with TOOL  a fork
          --fast       hurry
          --help       print this help
        """)
  }

  @Test func `columns of help wrap at 80 characters, after their indent`() {
    let words = Array(repeating: "word", count: 30).joined(separator: " ")
    let lines = Command.columns([("a", words), (String(repeating: "b", count: 40), "c")])
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.first?.hasPrefix("  a" + String(repeating: " ", count: 27) + "word") == true)
    #expect(
      lines.suffix(2) == [
        "  " + String(repeating: "b", count: 40), String(repeating: " ", count: 30) + "c",
      ])
  }

  @Test(arguments: [
    ("out/train", "out/train"), ("two words", "'two words'"), ("it's", "'it'\\''s'"), ("", "''"),
    ("$HOME", "'$HOME'"),
  ])
  func wordsAreQuotedForAShell(word: String, quoted: String) {
    #expect(Console.word(word) == quoted)
  }
}
