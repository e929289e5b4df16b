/// One command of a program: its name, its options and operands, its help, and the code that runs it.
package struct Command: Sendable {
  /// The words that call it: `study fixed`.
  package let name: String
  package let summary: String
  /// How long it takes with its defaults; empty where that isn't said.
  package let duration: String
  /// What else its help says.
  package let discussion: String
  /// The arguments that are no options, all of which it needs; the last one may be repeated.
  package let operands: [Operand]
  package let options: [Option]
  package let run: @Sendable (Arguments) throws -> Void

  package init(
    name: String, summary: String, duration: String = "", discussion: String = "",
    operands: [Operand] = [], options: [Option] = [],
    run: @escaping @Sendable (Arguments) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.duration = duration
    self.discussion = discussion
    self.operands = operands
    self.options = options
    self.run = run
  }

  /// An argument that is no option.
  package struct Operand: Sendable {
    /// What stands for it in the help.
    package let placeholder: String
    /// What it is.
    package let help: String
    /// Whether one or more may be given, which only a command's last one can say.
    package let isRepeated: Bool

    package init(_ placeholder: String, help: String, isRepeated: Bool = false) {
      self.placeholder = placeholder
      self.help = help
      self.isRepeated = isRepeated
    }

    /// The placeholder, with dots where there may be more.
    package var usage: String { placeholder + (isRepeated ? "…" : "") }
  }

  /// One option, with or without a value.
  package struct Option: Sendable {
    /// The option as it is typed: `--batch-size`.
    package let name: String
    /// What stands for its value in the help; nil for a switch.
    package let placeholder: String?
    /// What it does, and what it defaults to.
    package let help: String

    package init(_ name: String, _ placeholder: String? = nil, help: String) {
      self.name = name
      self.placeholder = placeholder
      self.help = help
    }

    /// The option with the placeholder of its value.
    package var usage: String { name + (placeholder.map { " \($0)" } ?? "") }
  }

  /// The help that `--help` prints, in lines of at most 80 characters.
  package func help(of program: String) -> String {
    var usage = "usage: \(program) \(name)"
    for operand in operands { usage += " \(operand.usage)" }
    if !options.isEmpty { usage += " [options]" }
    var lines = [summary, "", usage, ""]
    if !discussion.isEmpty { lines += [discussion, ""] }
    let rows = operands.map { ($0.usage, $0.help) } + options.map { ($0.usage, $0.help) }
    return (lines + Self.columns(rows + [("--help", "print this help")])).joined(separator: "\n")
  }

  /// Text in lines of at most 80 characters, where its words allow that.
  package static func paragraph(_ text: String) -> String {
    wrapped(text, width: 80).joined(separator: "\n")
  }

  /// Text in lines of at most a width, where its words allow that; no line for no words.
  package static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let line = lines.last, line.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(line) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Two columns, the second wrapped to 80 characters in all.
  package static func columns(_ rows: [(String, String)]) -> [String] {
    let indent = min((rows.map(\.0.count).max() ?? 0) + 4, 30)
    return rows.flatMap { left, right -> [String] in
      let isLong = left.count + 4 > indent
      var lines = wrapped(right, width: 80 - indent)
      if lines.isEmpty { lines = [""] }
      let padded = lines.enumerated().map { index, line in
        let start = index == 0 && !isLong ? "  " + left : ""
        return start + String(repeating: " ", count: indent - start.count) + line
      }
      return (isLong ? ["  " + left] : []) + padded
    }
  }
}
