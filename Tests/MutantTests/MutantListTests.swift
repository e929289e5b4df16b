import Foundation
import Testing

/// The mutants fit the sources: they can't rot unnoticed, though they are run only when asked for.
@Suite struct MutantListTests {
  @Test func `every function that is replaced is in the trainer exactly once`() throws {
    for file in try VariantFile.all {
      let source = try String(
        contentsOf: Repository.trainer.appending(path: file.path), encoding: .utf8)
      #expect(throws: Never.self, "\(file.path)") { try file.applied(to: source) }
    }
  }

  @Test func `no two mutants have the same name, and the table has them all`() throws {
    let names = try Mutant.all.map(\.name)
    #expect(Set(names).count == names.count)
    let table = try String(contentsOf: Repository.results, encoding: .utf8)
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
    #expect(rows.map { $0.dropFirst(2).components(separatedBy: " | ")[0] } == names)
  }

  private static let trainer = """
    enum Dense {
      /// forward(_ x: S) {
      static func forward<S>(_ x: S, with f: ((S, S) -> S)? = nil) -> S { "}\\(x, { "{" }) {" }
      static func
        backward(  _ x: [Int:  S] ) { x /* } /* { */ */ }
      struct Part { func backward(_ y: S) {} }
    }
    func backward(_ y: S) {}
    extension Dense where S == Float { func backward(x: S) {} }
    protocol P { func forward(_ x: S) -> S }
    """

  @Test func `a body takes the place of the function's of the same type, name and labels`() throws {
    let variants = try VariantFile(
      path: "Dense.swift",
      text: """
        extension Dense {
          func backward(_ x: [Int: S]) { variant("a") ? 1 : 2 }
          func forward(_ x: S, with f: F) { if variant("b") { 3 } }
        }
        """)
    #expect(variants.names == ["a", "b"])
    #expect(
      try variants.applied(to: Self.trainer)
        == Self.trainer
        .replacing("{ x /* } /* { */ */ }", with: "{ variant(\"a\") ? 1 : 2 }")
        .replacing(#"{ "}\(x, { "{" }) {" }"#, with: "{ if variant(\"b\") { 3 } }"))
  }

  @Test(arguments: [
    ("Dense", "forward(_ x: S)", 0), ("Dense", "backward(y: S)", 0), ("Conv", "backward(x: S)", 0),
    ("Dense", "backward(x: S)", 1), ("Dense.Part", "backward(_ y: S)", 1),
  ])
  func `a function that the trainer doesn't have once is refused`(
    _ type: String, _ function: String, _ times: Int
  ) throws {
    let text = "extension \(type) { func \(function) { variant(\"a\") } }"
    let variants = try VariantFile(path: "Dense.swift", text: text)
    let name = variants.replacements[0].name
    let twice = Self.trainer + "\n" + Self.trainer
    for (trainer, times) in [(Self.trainer, times), (twice, 2 * times)] where times != 1 {
      let fault = VariantFile.Fault.isThere(times: times, function: "Dense.swift: \(name)")
      #expect(throws: fault) { try variants.applied(to: trainer) }
    }
    if times == 1 { #expect(throws: Never.self) { try variants.applied(to: Self.trainer) } }
  }

  @Test func `a function without a variant is refused, and a variant outside of functions`() {
    #expect(throws: VariantFile.Fault.hasNoVariant(function: "A.f()")) {
      try VariantFile(path: "A.swift", text: "extension A { func f() {} }")
    }
    #expect(throws: VariantFile.Fault.outsideOfFunctions(path: "A.swift")) {
      try VariantFile(path: "A.swift", text: "extension A { let x = variant(\"a\") }")
    }
  }
}

/// What a run of the oracles printed is read as it was meant.
@Suite struct SuiteOutputTests {
  @Test func `an issue kills, a pass lets live, and silence is no verdict`() {
    let issue = "✘ Test a() recorded an issue at A.swift:1:2: Expectation failed"
    let pass = "✔ Test run with 3 tests in 1 suite passed after 0.1 seconds."
    #expect(SuiteOutput.fails("\(issue)\n") == true)
    #expect(SuiteOutput.fails("✔ Suite A passed.\n\(pass)\n") == false)
    #expect(SuiteOutput.fails("✔ Suite A passed.\n") == nil)
    #expect(SuiteOutput.fails("✔ Test run with 0 tests in 0 suites passed after 0.1 s") == nil)
  }

  @Test func `the common practice isn't an oracle of this project's`() {
    #expect(Verdict(killers: [.dual, .commonPractice]).isKilled)
    #expect(!Verdict(killers: [.commonPractice]).isKilled)
  }
}
