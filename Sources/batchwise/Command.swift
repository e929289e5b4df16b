/// One command of the program: what it is called, what it takes, what it does.
struct Command: Sendable {
  /// The words that call it: `study fixed`.
  let name: String
  /// One line of help.
  let summary: String
  /// What else its help says.
  var discussion = ""
  /// The argument that is no option, if it takes one.
  var operand: Operand?
  /// Its options.
  var options: [Option] = []
  /// Does it.
  let run: @Sendable (Arguments) throws -> Void

  /// An argument that is no option.
  struct Operand: Sendable {
    let placeholder: String
    let help: String
  }

  /// One option, with or without a value.
  struct Option: Sendable {
    /// The option as it is typed: `--batch-size`.
    let name: String
    /// What stands for its value in the help; nil for a switch.
    var placeholder: String?
    /// What it does, and what it defaults to.
    let help: String

    init(_ name: String, _ placeholder: String? = nil, help: String) {
      self.name = name
      self.placeholder = placeholder
      self.help = help
    }
  }

  /// The help that `--help` prints.
  var help: String {
    var usage = "usage: batchwise \(name)"
    if let operand { usage += " \(operand.placeholder)" }
    if !options.isEmpty { usage += " [options]" }
    var lines = [summary, "", usage, ""]
    if !discussion.isEmpty { lines += [discussion, ""] }
    var rows: [(String, String)] = []
    if let operand { rows.append((operand.placeholder, operand.help)) }
    for option in options {
      rows.append((option.name + (option.placeholder.map { " \($0)" } ?? ""), option.help))
    }
    rows.append(("--help", "print this help"))
    return (lines + Self.columns(rows)).joined(separator: "\n")
  }

  /// Text in lines of at most 80 characters, where its words allow that.
  static func paragraph(_ text: String) -> String {
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
  static func columns(_ rows: [(String, String)]) -> [String] {
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
