import Datasets
import Measurement
import TrainingCore

/// What was typed behind a benchmark's name, checked against what it takes.
struct Arguments {
  private var values: [String: String] = [:]

  /// Reads the words behind a benchmark's name.
  ///
  /// Values follow their option as the next word or behind `=`.
  init(_ words: ArraySlice<String>, for command: Command) throws(BenchmarkError) {
    var words = words
    while let word = words.popFirst() {
      guard word.hasPrefix("-") else {
        throw .misuse("unexpected argument '\(word)'; see benchmarks \(command.name) --help")
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        let known = command.options.map(\.name) + ["--help"]
        let guess = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" }
        throw .misuse(
          "unknown option '\(name)'" + (guess ?? "; see benchmarks \(command.name) --help"))
      }
      guard values[name] == nil else { throw .misuse("\(name) is given twice: keep one") }
      if parts.count == 2 {
        guard !parts[1].isEmpty else { throw .misuse("\(name)= has no value behind it") }
        values[name] = String(parts[1])
      } else if let value = words.first, !value.hasPrefix("--") {
        values[name] = value
        words.removeFirst()
      } else {
        throw .misuse("\(name) needs a value: \(name) \(option.placeholder)")
      }
    }
  }

  /// An option's text.
  func text(_ name: String) -> String? { values[name] }

  /// Every option that was given.
  var given: [String: String] { values }

  /// An option's number of seconds.
  func seconds(_ name: String) throws(BenchmarkError) -> Seconds? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), number > 0, number <= 3600 else {
      throw .misuse("\(name) '\(text)': a number above 0, at most 3600, expected")
    }
    return Seconds(number)
  }

  /// An option's list of words, separated by commas.
  func list(_ name: String) throws(BenchmarkError) -> [String]? {
    guard let text = values[name] else { return nil }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard words.allSatisfy({ !$0.isEmpty }) else {
      throw .misuse("\(name) '\(text)': a list such as A,B,C expected, without gaps or spaces")
    }
    guard Set(words).count == words.count else {
      throw .misuse("\(name) '\(text)' names something twice: keep one")
    }
    return words
  }

  /// An option's list of whole numbers, separated by commas.
  func integers(_ name: String, in range: ClosedRange<Int>) throws(BenchmarkError) -> [Int]? {
    guard let words = try list(name) else { return nil }
    var numbers: [Int] = []
    for word in words {
      guard let number = Int(word), range.contains(number) else {
        throw .misuse(
          "\(name) '\(word)': whole numbers from \(range.lowerBound) to \(range.upperBound) "
            + "expected, separated by commas")
      }
      numbers.append(number)
    }
    return numbers
  }
}
