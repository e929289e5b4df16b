/// Text from outside, made safe to print.
package enum Printable {
  /// What is wrong with a file, in one line of bounded length whatever the file says.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - problem: What is wrong, which may quote the file.
  /// - Returns: The path and the problem's beginning.
  package static func message(about path: String, _ problem: String) -> String {
    let shown = problem.unicodeScalars.prefix(400)
    let rest = shown.endIndex < problem.endIndex ? "…" : ""
    return line("\(path): \(String(shown))") + rest
  }

  /// The text in one line with control characters replaced, so that a name can't move the cursor
  /// or start an escape sequence; line breaks and tabs become spaces.
  ///
  /// - Parameter text: Text from outside.
  /// - Returns: The same without control characters.
  package static func line(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control:
        result.append(["\n", "\r", "\t"].contains(scalar) ? " " : "\u{FFFD}")
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
