import Datasets
import Measurement

/// The words after a command, checked against the options and operands that the command takes.
package struct Arguments {
  /// Every option that was given with its value; a switch's is empty.
  package private(set) var given: [String: String] = [:]
  /// The arguments that are no options: one for each operand, or more for a repeated one.
  package private(set) var operands: [String] = []

  /// Reads the words after a command; an option's value is the next word or follows `=`.
  package init(
    _ words: ArraySlice<String>, for command: Command, of program: String
  ) throws(CommandError) {
    let help = "; see \(program) \(command.name) --help"
    let isRepeated = command.operands.last?.isRepeated ?? false
    var words = words
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        guard isRepeated || operands.count < command.operands.count else {
          throw .misuse("unexpected argument '\(word)'\(help)")
        }
        operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        let known = command.options.map(\.name) + ["--help"]
        // Without the dashes, which all have in common.
        let nearest = Spelling.nearest(
          to: String(name.trimmingPrefix("--")), among: known.map { String($0.dropFirst(2)) })
        let guess = nearest.map { "; did you mean --\($0)?" }
        throw .misuse("unknown option '\(name)'" + (guess ?? help))
      }
      guard given[name] == nil else { throw .misuse("\(name) is given twice: keep one") }
      if option.placeholder == nil {
        guard parts.count == 1 else { throw .misuse("\(name) takes no value: leave out '=…'") }
        given[name] = ""
      } else if parts.count == 2 {
        guard !parts[1].isEmpty else { throw .misuse("\(name)= has no value after it") }
        given[name] = String(parts[1])
      } else if let value = words.first, !value.hasPrefix("--") {
        given[name] = value
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

  /// What to say of a misspelt name: the nearest known one, or nil where none is near.
  package static func guess(_ name: String, among known: [String]) -> String? {
    Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" }
  }

  package func has(_ name: String) -> Bool { given[name] != nil }

  package func text(_ name: String) -> String? { given[name] }

  /// An option's path, which isn't empty.
  package func path(_ name: String) throws(CommandError) -> String? {
    guard given[name] != "" else { throw .misuse("\(name) '': a path expected") }
    return given[name]
  }

  package func integer(_ name: String, in range: ClosedRange<Int>) throws(CommandError) -> Int? {
    try value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      Int($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// An option's number, at least the lower bound and below the upper.
  package func number(_ name: String, in range: Range<Double>) throws(CommandError) -> Double? {
    // A bound that stands for no bound at all is told only to who crosses it.
    let isFar = range.upperBound > 1e30 && text(name).flatMap(Double.init) ?? 0 < range.upperBound
    let upper = isFar || range.upperBound == .infinity ? "" : ", below \(short(range.upperBound))"
    let isPositive = range.lowerBound == .leastNonzeroMagnitude
    let lower = isPositive ? "above 0" : "of at least \(short(range.lowerBound))"
    return try value(name, "a number \(lower)\(upper)") {
      Double($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A number without the decimals of a whole one.
  private func short(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  /// An option's number of seconds, more than none and at most an hour.
  package func seconds(_ name: String) throws(CommandError) -> Seconds? {
    try value(name, "a number above 0, at most 3600,") {
      Double($0).flatMap { $0 > 0 && $0 <= 3600 ? Seconds($0) : nil }
    }
  }

  package func seed(_ name: String = "--seed") throws(CommandError) -> UInt64? {
    try value(name, "a whole number from 0 to \(UInt64.max)") { UInt64($0) }
  }

  /// An option's choice among an enumeration's raw values.
  package func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type = Choice.self
  ) throws(CommandError) -> Choice? where Choice.RawValue == String {
    try choice(name, among: Choice.allCases.map { ($0.rawValue, $0) })
  }

  /// An option's choice among named values.
  package func choice<Choice>(
    _ name: String, among all: [(name: String, choice: Choice)]
  ) throws(CommandError) -> Choice? {
    let known = all.map(\.name)
    return try value(name, "one of \(known.joined(separator: ", "))", known) { text in
      all.first { $0.name == text }?.choice
    }
  }

  /// An option's value, or misuse that says what was expected instead, with a guess where one is near.
  private func value<Value>(
    _ name: String, _ expected: String, _ known: [String] = [], _ parse: (String) -> Value?
  ) throws(CommandError) -> Value? {
    guard let text = given[name] else { return nil }
    guard let value = parse(text) else {
      let guess = Self.guess(text, among: known) ?? (text.contains(",") ? ", without commas" : "")
      throw .misuse("\(name) '\(text)': \(expected) expected\(guess)")
    }
    return value
  }

  /// An option's list of different words, separated by commas.
  package func list(_ name: String) throws(CommandError) -> [String]? {
    guard let text = given[name] else { return nil }
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
  package func integers(_ name: String, in range: ClosedRange<Int>) throws(CommandError) -> [Int]? {
    try numbers(name, "whole numbers", in: range)
  }

  /// An option's list of different numbers, separated by commas.
  package func numbers(
    _ name: String, in range: ClosedRange<Double>
  ) throws(CommandError) -> [Double]? {
    try numbers(name, "numbers", in: range, each: "number")
  }

  /// An option's list of different batch sizes, separated by commas.
  package func batchSizes(_ name: String) throws(CommandError) -> [Int]? {
    try numbers(name, "whole numbers", in: 1...10_000_000, each: "size")
  }

  /// An option's list of numbers, which have to differ where there is a word for each.
  private func numbers<Number: LosslessStringConvertible & Comparable & Hashable>(
    _ name: String, _ kind: String, in range: ClosedRange<Number>, each: String? = nil
  ) throws(CommandError) -> [Number]? {
    let numbers = try list(name)?.map { word throws(CommandError) in
      guard let number = Number(word), range.contains(number) else {
        throw .misuse(
          "\(name) '\(word)': \(kind) from \(range.lowerBound) to \(range.upperBound) expected, "
            + "separated by commas")
      }
      return number
    }
    if let numbers, let each, Set(numbers).count < numbers.count {
      throw .misuse("\(name) names a \(each) twice: keep one")
    }
    return numbers
  }
}
