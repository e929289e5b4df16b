import Foundation
import Testing

/// No test compares with a tolerance that was picked by hand.
///
/// A number that passes today and is too large tomorrow is no proof. What is allowed instead: equality,
/// or a bound that is computed from the input. This suite reads all tests and looks for comparisons
/// with a small number written out.
@Suite struct ToleranceLiteralTests {
  /// Files whose subject a tolerance is: what the common practice of gradient checks lets live.
  private static let subjects = ["CommonPractice.swift"]

  /// What is smaller than 0.1, written out: 1e-6, 0.001, 0x1p-20.
  private static let small = #"(\d[\d_.]*[eE]-\d+|0?\.0\d*|0x[\da-fA-F.]+p-\d+)\b"#

  /// "Less than a small number" in either direction, a difference less than a fraction, and the
  /// labels that tolerances go by.
  private static let patterns = [
    #"<=?\s*"# + small,
    #"(?<![\w.])"# + small + #"\s*>=?\s"#,
    #"(\.magnitude|\babs\([^<>]* - [^<>]*\))\s*<=?\s*\d+\.\d+\s*[\),{]"#,
    #"(?i)\b(tolerance|accuracy|atol|rtol):\s*"# + small,
    #"isApproximatelyEqual"#,
  ]

  static func findings(in source: String) throws -> [String] {
    let expressions = try patterns.map { try NSRegularExpression(pattern: $0) }
    return source.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
      number, line in
      let line = String(line)
      let code = line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
      let range = NSRange(code.startIndex..., in: code)
      let isFound = expressions.contains { $0.firstMatch(in: code, range: range) != nil }
      return isFound ? "\(number + 1): \(line.trimmingCharacters(in: .whitespaces))" : nil
    }
  }

  @Test func noSuiteHasATolerance() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let files = try #require(FileManager.default.enumerator(atPath: tests.path))
    var count = 0
    var found: [String] = []
    for case let path as String in files where path.hasSuffix(".swift") {
      let name = URL(fileURLWithPath: path).lastPathComponent
      if Self.subjects.contains(name) || path.hasSuffix("ToleranceLiteralTests.swift") { continue }
      count += 1
      let source = try String(contentsOf: tests.appendingPathComponent(path), encoding: .utf8)
      found += try Self.findings(in: source).map { "\(path):\($0)" }
    }
    #expect(count > 100, "it must find the tests")
    #expect(found == [])
  }

  @Test(
    arguments: [
      "#expect(error < 1e-6)", "#expect(abs(a - b) <= 0.001)", "if 1e-3 > difference {",
      "#expect((a - b).magnitude < 0x1p-20)", "#expect(a.isApproximatelyEqual(to: b))",
      "check(a, b, tolerance: 1e-5)", "while 1.5e-8 >= error {", "#expect(abs(f(a) - b) < 2.5)",
    ])
  func tolerancesAreFound(_ line: String) throws {
    #expect(try Self.findings(in: line).count == 1)
  }

  @Test(
    arguments: [
      "#expect(error <= bound)", "let learningRate = 0.01", "// differs by less than < 1e-6",
      "let weights: [Float] = [0.5, 0.25]", "#expect(count < 10)", "Array<Int>(0..<3)",
      "#expect(a == 0.5)", "#expect(share > 0.9)", "AdamSpec(epsilon: 0.01)",
    ])
  func otherNumbersAreNot(_ line: String) throws {
    #expect(try Self.findings(in: line) == [])
  }
}
