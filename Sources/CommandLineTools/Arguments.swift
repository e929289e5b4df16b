import Datasets
import Measurement

/// What was typed behind a command, checked against what the command takes.
package struct Arguments {
  private var values: [String: String] = [:]
  /// The arguments that are no options, as many as the command has operands.
  package private(set) var operands: [String] = []

  /// Reads the words behind a command.
  ///
  /// Values follow their option as the next word or behind `=`.
  ///
  /// - Parameters:
  ///   - words: What was typed behind the command.
  ///   - command: The command.
  ///   - program: The program's name, as its own messages have it.
  /// - Throws: `CommandError.misuse` for words that the command doesn't take.
  package init(
    _ words: ArraySlice<String>, for command: Command, of program: String
  ) throws(CommandError) {
    let help = "; see \(program) \(command.name) --help"
    var words = words
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        guard
          operands.count < command.operands.count || command.operands.last?.isRepeated == true
        else {
          throw .misuse("unexpected argument '\(word)'\(help)")
        }
        operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        let known = command.options.map(\.name) + ["--help"]
        let guess = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" }
        throw .misuse("unknown option '\(name)'" + (guess ?? help))
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
    if operands.count < command.operands.count {
      let missing = command.operands[operands.count]
      throw .misuse("\(missing.placeholder) is missing: \(missing.help)\(help)")
    }
  }

  /// Every option that was given; a switch's value is empty.
  package var given: [String: String] { values }

  /// Whether an option was given.
  package func has(_ name: String) -> Bool { values[name] != nil }

  /// An option's text.
  package func text(_ name: String) -> String? { values[name] }

  /// An option's path, which isn't empty.
  package func path(_ name: String) throws(CommandError) -> String? {
    guard let text = values[name] else { return nil }
    guard !text.isEmpty else { throw .misuse("\(name) '': a path expected") }
    return text
  }

  /// An option's whole number.
  package func integer(
    _ name: String, in range: ClosedRange<Int>
  ) throws(CommandError) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .misuse(
        "\(name) '\(text)': a whole number from \(range.lowerBound) to \(range.upperBound) expected"
      )
    }
    return number
  }

  /// An option's number, at least the lower bound and below the upper.
  package func number(_ name: String, in range: Range<Double>) throws(CommandError) -> Double? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), range.contains(number) else {
      let upper = range.upperBound == .infinity ? "" : ", below \(range.upperBound)"
      throw .misuse(
        "\(name) '\(text)': a number of at least \(range.lowerBound)\(upper) expected")
    }
    return number
  }

  /// An option's number of seconds.
  package func seconds(_ name: String) throws(CommandError) -> Seconds? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), number > 0, number <= 3600 else {
      throw .misuse("\(name) '\(text)': a number above 0, at most 3600, expected")
    }
    return Seconds(number)
  }

  /// An option's choice among an enumeration's raw values.
  package func choice<Choice: RawRepresentable & CaseIterable>(
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
}
