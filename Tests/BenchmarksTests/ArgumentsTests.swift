import Measurement
import Testing

@testable import benchmarks

@Suite struct ArgumentsTests {
  private static let command = Command(
    name: "bake", summary: "bakes", duration: "an hour",
    options: [.init("--size", "N", help: "size"), .init("--list", "A,B", help: "list")],
    run: { _ in })

  private func parse(_ words: String...) throws(BenchmarkError) -> Arguments {
    try Arguments(words[...], for: Self.command)
  }

  private func expect(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    #expect(throws: BenchmarkError.misuse(message), sourceLocation: sourceLocation) { try body() }
  }

  @Test func valuesFollowOrStandBehindAnEqualsSign() throws {
    let arguments = try parse("--size", "3", "--list=a,b")
    #expect(arguments.text("--size") == "3")
    #expect(try arguments.list("--list") == ["a", "b"])
    #expect(try parse().text("--size") == nil)
    #expect(arguments.given == ["--size": "3", "--list": "a,b"])
  }

  @Test func whatIsNotKnownIsMisuse() {
    expect("unknown option '--sise'; did you mean --size?") { _ = try parse("--sise", "3") }
    expect("unknown option '-q'; see benchmarks bake --help") { _ = try parse("-q") }
    expect("unexpected argument 'x'; see benchmarks bake --help") { _ = try parse("x") }
    expect("--size is given twice: keep one") { _ = try parse("--size", "3", "--size=4") }
    expect("--size needs a value: --size N") { _ = try parse("--size") }
    expect("--size needs a value: --size N") { _ = try parse("--size", "--list") }
    expect("--size= has no value behind it") { _ = try parse("--size=") }
  }

  @Test(arguments: ["0", "-1", "nan", "x", "", "3601", "inf"])
  func otherTimesAreMisuse(text: String) {
    expect("--size '\(text)': a number above 0, at most 3600, expected") {
      _ = try parse("--size", text).seconds("--size")
    }
  }

  @Test func timesAndNumbers() throws {
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

  @Test func listsWithGapsOrRepetitionsAreMisuse() {
    expect("--list 'a,b,a' names something twice: keep one") {
      _ = try parse("--list", "a,b,a").list("--list")
    }
    for text in ["", "a,", "a,,b"] {
      expect("--list '\(text)': a list such as A,B,C expected, without gaps or spaces") {
        _ = try parse("--list", text).list("--list")
      }
    }
  }
}
