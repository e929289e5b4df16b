/// One benchmark: what it is called, what it takes, what it does.
struct Command: Sendable {
  /// The word that calls it.
  let name: String
  /// What it measures, in one line.
  let summary: String
  /// How long it takes with its defaults.
  let duration: String
  /// What else its help says.
  var discussion = ""
  /// Its options.
  let options: [Option]
  /// Does it.
  let run: @Sendable (Arguments) throws -> Void

  /// One option; each has a value.
  struct Option: Sendable {
    /// The option as it is typed: `--batch-sizes`.
    let name: String
    /// What stands for its value in the help.
    let placeholder: String
    /// What it does, and what it defaults to.
    let help: String

    init(_ name: String, _ placeholder: String, help: String) {
      self.name = name
      self.placeholder = placeholder
      self.help = help
    }
  }

  /// The help that `--help` prints.
  var help: String {
    let rows = options.map { ("\($0.name) \($0.placeholder)", $0.help) }
    return
      ([summary, "", "usage: benchmarks \(name) [options]", "", discussion, ""]
      + Self.columns(rows + [("--help", "print this help")])).joined(separator: "\n")
  }

  /// Two columns, the second wrapped to 80 characters in all.
  static func columns(_ rows: [(String, String)]) -> [String] {
    let indent = (rows.map(\.0.count).max() ?? 0) + 4
    return rows.flatMap { left, right -> [String] in
      var lines: [String] = []
      var line = "  " + left + String(repeating: " ", count: indent - left.count - 2)
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
