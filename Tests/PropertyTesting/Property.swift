import Testing

extension Tag {
  /// Tests that hold for whatever is generated.
  @Tag public static var property: Self
}

/// Checks that something holds for everything that a generator makes.
///
/// First come the cases of the corpus, then random ones. The first that fails is made as simple as
/// possible and recorded as an issue, with what was wrong, the command that repeats it and the
/// line that keeps it in the corpus; the simplest counterexample is attached to the test.
///
/// - Parameters:
///   - name: What holds, in words; the corpus has a file of that name.
///   - cases: As many cases as are enough by default; `BATCHWISE_CASES` overrides it.
///   - settings: Which cases are run.
///   - corpus: Cases that failed once.
///   - sourceLocation: Where issues are recorded.
///   - generate: Makes the data of a case from choices.
///   - failure: What is wrong with the data, or nil if it holds. An error that is thrown counts as
///     a failure. It may be asked many times, and should record no issues itself.
public func forAll<Value>(
  _ name: String, cases: Int = 100, settings: CaseSettings = CaseSettings(),
  corpus: Corpus = .committed, sourceLocation: SourceLocation = #_sourceLocation,
  _ generate: @escaping (inout Choices) throws -> Value,
  failure: @escaping (Value) throws -> String?
) {
  let property = Property(generate: generate, failure: failure)
  do {
    for choices in try corpus.cases(of: name) {
      guard let failed = property.failure(of: Choices(replaying: choices)) else { continue }
      report(
        name, property.simplified(failed, attempts: settings.attempts), from: "the corpus",
        sourceLocation)
      return
    }
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
    return
  }
  for number in settings.numbers(default: cases) {
    let choices = Choices(seed: settings.seed, testCase: number)
    guard let failed = property.failure(of: choices) else { continue }
    let test = Test.current.map { "\($0.name.prefix { $0 != "(" })" } ?? name
    report(
      name, property.simplified(failed, attempts: settings.attempts),
      from: "case \(number): \(settings.replayLine(number: number, filter: test))",
      sourceLocation)
    return
  }
}

private func report(
  _ name: String, _ failed: FailedCase, from origin: String, _ sourceLocation: SourceLocation
) {
  let choices = failed.choices.map(String.init).joined(separator: " ")
  let text = """
    \(name): \(failed.reason)
    counterexample: \(failed.value)
    from \(origin)
    to keep it, add to Corpus/\(Corpus.fileName(of: name)): \(choices)
    """
  Attachment.record(
    text, named: "counterexample-\(Corpus.fileName(of: name))", sourceLocation: sourceLocation)
  Issue.record(Comment(rawValue: text), sourceLocation: sourceLocation)
}

/// A case that doesn't hold.
struct FailedCase {
  let choices: [UInt64]
  let value: String
  let reason: String
}

/// A generator and what should hold for all that it makes.
struct Property<Value> {
  let generate: (inout Choices) throws -> Value
  let failure: (Value) throws -> String?

  /// What is wrong with the case that choices make, if anything is.
  func failure(of choices: Choices) -> FailedCase? {
    var choices = choices
    var value = "none: the generator failed"
    do {
      let generated = try generate(&choices)
      value = String(describing: generated)
      guard let reason = try failure(generated) else { return nil }
      return FailedCase(choices: choices.recorded, value: value, reason: reason)
    } catch {
      return FailedCase(choices: choices.recorded, value: value, reason: "threw: \(error)")
    }
  }

  /// The simplest case that fails too.
  func simplified(_ failed: FailedCase, attempts: Int = 2000) -> FailedCase {
    let shrinking = Shrinking(failed.choices, attempts: attempts) {
      failure(replaying: $0)?.choices
    }
    return failure(replaying: shrinking.simplest) ?? failed
  }

  private func failure(replaying choices: [UInt64]) -> FailedCase? {
    failure(of: Choices(replaying: choices))
  }
}
