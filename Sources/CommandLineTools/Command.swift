/// One command of a program: what it is called, what it takes, what it does.
package struct Command: Sendable {
  /// The words that call it: `study fixed`.
  package let name: String
  /// One line of help.
  package let summary: String
  /// How long it takes with its defaults; empty where nobody says.
  package let duration: String
  /// What else its help says.
  package let discussion: String
  /// The arguments that are no options, all of which it needs.
  package let operands: [Operand]
  /// Its options.
  package let options: [Option]
  /// Does it.
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
    /// Whether there may be several; the last operand alone may.
    package let isRepeated: Bool

    package init(_ placeholder: String, help: String, isRepeated: Bool = false) {
      self.placeholder = placeholder
      self.help = help
      self.isRepeated = isRepeated
    }
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

    /// The option with what stands for its value.
    package var usage: String { name + (placeholder.map { " \($0)" } ?? "") }
  }

  /// The help that `--help` prints.
  ///
  /// - Parameter program: The program's name.
  /// - Returns: Lines of at most 80 characters.
  package func help(of program: String) -> String {
    var usage = "usage: \(program) \(name)"
    for operand in operands { usage += " \(operand.placeholder)\(operand.isRepeated ? "…" : "")" }
    if !options.isEmpty { usage += " [options]" }
    var lines = [summary, "", usage, ""]
    if !discussion.isEmpty { lines += [discussion, ""] }
    var rows: [(String, String)] = []
    rows += operands.map { ($0.placeholder, $0.help) } + options.map { ($0.usage, $0.help) }
    rows.append(("--help", "print this help"))
    return (lines + Self.columns(rows)).joined(separator: "\n")
  }

  /// Text in lines of at most 80 characters, where its words allow that.
  package static func paragraph(_ text: String) -> String {
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count > 80 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = "\(line) \(word)"
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Two columns, the second wrapped to 80 characters in all.
  package static func columns(_ rows: [(String, String)]) -> [String] {
    let indent = min((rows.map(\.0.count).max() ?? 0) + 4, 30)
    return rows.flatMap { left, right -> [String] in
      var lines: [String] = []
      var line = "  " + left
      if line.count + 2 > indent {
        lines.append(line)
        line = ""
      }
      line += String(repeating: " ", count: indent - line.count)
      for word in right.split(separator: " ") {
        if line.count + 1 + word.count > 80, line.count > indent {
          lines.append(line)
          line = String(repeating: " ", count: indent)
        }
        line += line.count > indent ? " \(word)" : String(word)
      }
      return lines + [line]
    }
  }
}
