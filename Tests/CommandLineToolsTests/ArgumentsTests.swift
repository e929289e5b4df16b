import CommandLineTools
import Measurement
import Testing

@Suite struct ArgumentsTests {
  private static let command = Command(
    name: "bake", summary: "bakes",
    options: [
      .init("--size", "N", help: "size"), .init("--rate", "R", help: "rate"),
      .init("--kind", "K", help: "kind"), .init("--list", "A,B", help: "list"),
      .init("--fast", help: "fast"),
    ], run: { _ in })

  private enum Kind: String, CaseIterable {
    case bread, cake
  }

  private func parse(
    _ words: String..., command: Command = command
  ) throws(CommandError) -> Arguments {
    try Arguments(words[...], for: command, of: "batchwise")
  }

  private func expect(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    #expect(throws: CommandError.misuse(message), sourceLocation: sourceLocation) { try body() }
  }

  @Test func `an option has its value after it, or after an equals sign`() throws {
    let arguments = try parse("--size", "3", "--rate=0.5", "--kind=a=b", "--fast", "--list=a,b")
    #expect(arguments.text("--size") == "3")
    #expect(arguments.text("--rate") == "0.5")
    #expect(arguments.text("--kind") == "a=b")
    #expect(arguments.text("--list") == "a,b")
    #expect(arguments.has("--fast"))
    #expect(try !parse().has("--fast"))
    #expect(try parse().text("--size") == nil)
  }

  @Test func `an empty value after an equals sign is misuse`() {
    expect("--size= has no value after it") { _ = try parse("--size=") }
  }

  @Test func negativeNumbersAreValues() throws {
    #expect(try parse("--rate", "-0.5").text("--rate") == "-0.5")
    #expect(try parse("--rate", "-0.5").number("--rate", in: -1..<1) == -0.5)
    expect("--rate '-0.5': a number of at least 0, below 1 expected") {
      _ = try parse("--rate", "-0.5").number("--rate", in: 0..<1)
    }
  }

  @Test func `words that a command does not take are misuse, with a guess where one is near`() {
    expect("unknown option '--sise'; did you mean --size?") { _ = try parse("--sise", "3") }
    expect("unknown option '--hlep'; did you mean --help?") { _ = try parse("--hlep") }
    expect("unknown option '--li'; did you mean --list?") { _ = try parse("--li", "3") }
    expect("unknown option '--lr'; see batchwise bake --help") { _ = try parse("--lr", "3") }
    expect("unknown option '--xyzzyxyzzy'; see batchwise bake --help") {
      _ = try parse("--xyzzyxyzzy=1")
    }
    expect("unknown option '-s'; see batchwise bake --help") { _ = try parse("-s") }
    expect("unexpected argument 'x'; see batchwise bake --help") { _ = try parse("x") }
    expect("--size is given twice: keep one") { _ = try parse("--size", "3", "--size=4") }
    expect("--fast is given twice: keep one") { _ = try parse("--fast", "--fast") }
    expect("--fast takes no value: leave out '=…'") { _ = try parse("--fast=yes") }
    expect("--size needs a value: --size N") { _ = try parse("--size") }
    expect("--size needs a value: --size N") { _ = try parse("--size", "--fast") }
  }

  @Test func `a command takes each of its operands, and no more`() throws {
    let command = Command(
      name: "eat", summary: "eats",
      operands: [.init("FOOD", help: "what to eat"), .init("DRINK", help: "what to drink")],
      run: { _ in })
    #expect(try parse("cake", "-", command: command).operands == ["cake", "-"])
    expect("FOOD is missing: what to eat; see batchwise eat --help") {
      _ = try parse(command: command)
    }
    expect("DRINK is missing: what to drink; see batchwise eat --help") {
      _ = try parse("cake", command: command)
    }
    expect("unexpected argument 'bread'; see batchwise eat --help") {
      _ = try parse("cake", "tea", "bread", command: command)
    }
  }

  @Test func `a repeated operand is taken once or more often`() throws {
    let command = Command(
      name: "eat", summary: "eats",
      operands: [
        .init("FOOD", help: "what to eat"),
        .init("DRINK", help: "what to drink", isRepeated: true),
      ], run: { _ in })
    for words in [["cake", "tea"], ["cake", "tea", "milk", "-"]] {
      #expect(try Arguments(words[...], for: command, of: "batchwise").operands == words)
    }
    expect("DRINK is missing: what to drink; see batchwise eat --help") {
      _ = try parse("cake", command: command)
    }
    #expect(command.help(of: "table").contains("usage: table eat FOOD DRINK…\n"))
    #expect(command.help(of: "table").contains("\n  DRINK…  what to drink\n"))
  }

  @Test func theProgramIsNamedInItsMessages() {
    expect("unexpected argument 'x'; see benchmarks bake --help") {
      _ = try Arguments(["x"], for: Self.command, of: "benchmarks")
    }
  }

  @Test func `every option that was given is kept with its value`() throws {
    let given = try parse("--size", "3", "--list=a,b", "--fast").given
    #expect(given == ["--size": "3", "--list": "a,b", "--fast": ""])
  }

  @Test(arguments: [("1", 1), ("9", 9)])
  func `a whole number in the range is taken`(text: String, number: Int) throws {
    #expect(try parse("--size", text).integer("--size", in: 1...9) == number)
    #expect(try parse().integer("--size", in: 1...9) == nil)
  }

  @Test(arguments: ["0", "10", "-1", "1.5", "x", "", " 1", "99999999999999999999"])
  func `anything but a whole number in the range is misuse`(text: String) {
    expect("--size '\(text)': a whole number from 1 to 9 expected") {
      _ = try parse("--size", text).integer("--size", in: 1...9)
    }
  }

  @Test(arguments: ["-1", "nan", "inf", "x", "", "1e999"])
  func `anything but a number in the range is misuse`(text: String) {
    expect("--rate '\(text)': a number of at least 0 expected") {
      _ = try parse("--rate", text).number("--rate", in: 0..<Double.infinity)
    }
  }

  @Test func `a list where one number belongs is told so, and no bound that is none`() {
    let bounded = 0..<Double(Float.greatestFiniteMagnitude)
    expect("--rate '1e-3,1e-2': a number of at least 0 expected, without commas") {
      _ = try parse("--rate", "1e-3,1e-2").number("--rate", in: bounded)
    }
    expect("--rate '0,1': a number above 0 expected, without commas") {
      _ = try parse("--rate", "0,1").number("--rate", in: Double.leastNonzeroMagnitude..<1e40)
    }
    expect("--size '16,32': a whole number from 1 to 99 expected, without commas") {
      _ = try parse("--size", "16,32").integer("--size", in: 1...99)
    }
    expect("--rate '1e39': a number of at least 0, below 3.4028234663852886e+38 expected") {
      _ = try parse("--rate", "1e39").number("--rate", in: bounded)
    }
  }

  @Test(arguments: ["0", "-1", "nan", "x", "", "3601", "inf"])
  func `anything but seconds up to an hour is misuse`(text: String) {
    expect("--size '\(text)': a number above 0, at most 3600, expected") {
      _ = try parse("--size", text).seconds("--size")
    }
  }

  @Test func `times and lists of whole numbers are read, and their faults named`() throws {
    #expect(try parse("--size", "0.5").seconds("--size") == Seconds(0.5))
    #expect(try parse().seconds("--size") == nil)
    #expect(try parse("--list", "1,16").integers("--list", in: 1...16) == [1, 16])
    #expect(try parse().integers("--list", in: 1...16) == nil)
    for word in ["0", "17", "a", "1.5"] {
      expect("--list '\(word)': whole numbers from 1 to 16 expected, separated by commas") {
        _ = try parse("--list", "1,\(word)").integers("--list", in: 1...16)
      }
    }
  }

  @Test func `choices and lists of words are read, and their faults named`() throws {
    #expect(try parse("--kind", "cake").choice("--kind", of: Kind.self) == .cake)
    #expect(try parse().choice("--kind", of: Kind.self) == nil)
    expect("--kind 'cakes': one of bread, cake expected; did you mean cake?") {
      _ = try parse("--kind", "cakes").choice("--kind", of: Kind.self)
    }
    expect("--kind 'xyz': one of bread, cake expected") {
      _ = try parse("--kind", "xyz").choice("--kind", of: Kind.self)
    }
    #expect(try parse("--list", "a,b").list("--list") == ["a", "b"])
    #expect(try parse().list("--list") == nil)
    expect("--list 'a,b,a' names something twice: keep one") {
      _ = try parse("--list", "a,b,a").list("--list")
    }
    for text in ["", ",", "a,", "a,,b"] {
      expect("--list '\(text)': a list such as A,B,C expected, without gaps or spaces") {
        _ = try parse("--list", text).list("--list")
      }
    }
  }
}
