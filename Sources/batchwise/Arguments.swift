import Datasets

/// What was typed behind a command, checked against what the command takes.
struct Arguments {
  private var values: [String: String] = [:]
  /// The argument that is no option.
  private(set) var operand: String?
  private let command: String

  /// Reads the words behind a command.
  ///
  /// Values follow their option as the next word or behind `=`.
  init(_ words: ArraySlice<String>, for command: Command) throws(CommandError) {
    self.command = command.name
    var words = words
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        guard command.operand != nil, operand == nil else {
          throw .misuse("unexpected argument '\(word)'; see batchwise \(command.name) --help")
        }
        operand = word
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        let known = command.options.map(\.name) + ["--help"]
        let guess = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" }
        throw .misuse(
          "unknown option '\(name)'" + (guess ?? "; see batchwise \(command.name) --help"))
      }
      guard values[name] == nil else { throw .misuse("\(name) is given twice: keep one") }
      if option.placeholder == nil {
        guard parts.count == 1 else { throw .misuse("\(name) takes no value: leave out '=…'") }
        values[name] = ""
      } else if parts.count == 2 {
        guard !parts[1].isEmpty else { throw .misuse("\(name)= has no value behind it") }
        values[name] = String(parts[1])
      } else if let value = words.first, !value.hasPrefix("--") {
        values[name] = value
        words.removeFirst()
      } else {
        throw .misuse("\(name) needs a value: \(name) \(option.placeholder ?? "")")
      }
    }
    if let expected = command.operand, operand == nil {
      throw .misuse(
        "missing \(expected.placeholder), \(expected.help); see batchwise \(command.name) --help")
    }
  }

  /// Whether an option was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// An option's text.
  func text(_ name: String) -> String? { values[name] }

  /// An option's path, which isn't empty.
  func path(_ name: String) throws(CommandError) -> String? {
    guard let text = values[name] else { return nil }
    guard !text.isEmpty else { throw .misuse("\(name) '': a path expected") }
    return text
  }

  /// An option's whole number.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(CommandError) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .misuse(
        "\(name) '\(text)': a whole number from \(range.lowerBound) to \(range.upperBound) expected"
      )
    }
    return number
  }

  /// An option's number, at least the lower bound and below the upper.
  func number(_ name: String, in range: Range<Double>) throws(CommandError) -> Double? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), range.contains(number) else {
      let upper = range.upperBound == .infinity ? "" : ", below \(range.upperBound)"
      throw .misuse(
        "\(name) '\(text)': a number of at least \(range.lowerBound)\(upper) expected")
    }
    return number
  }

  /// An option's list of batch sizes, separated by commas.
  func batchSizes(_ name: String) throws(CommandError) -> [Int]? {
    try list(name)?.map { text throws(CommandError) in
      guard let size = Int(text), (1...10_000_000).contains(size) else {
        throw .misuse("\(name) '\(text)': whole numbers from 1, separated by commas, expected")
      }
      return size
    }
  }

  /// An option's choice among an enumeration's raw values.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type = Choice.self
  ) throws(CommandError) -> Choice? where Choice.RawValue == String {
    guard let text = values[name] else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue)
      let guess = Spelling.nearest(to: text, among: known).map { "; did you mean \($0)?" } ?? ""
      throw .misuse(
        "\(name) '\(text)': one of \(known.joined(separator: ", ")) expected\(guess)")
    }
    return choice
  }

  /// An option's list, separated by commas.
  func list(_ name: String) throws(CommandError) -> [String]? {
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
}
