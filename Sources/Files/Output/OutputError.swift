import Foundation

/// Why a report could not be made or written, in one line.
public enum OutputError: Error, Equatable, CustomStringConvertible {
  /// A value could not be encoded as JSON.
  case notEncodable(reason: String)
  /// A file's name has a folder in it, or is empty.
  case invalidFileName(String)
  /// A device, a pipe or a folder stands where a file is to be written.
  case notAFile(path: String)
  /// A file's format has room for fewer bytes.
  case tooLarge(format: String, bytes: Int, limit: Int)
  /// The system refused to create, write or replace something.
  case system(action: String, path: String, code: Int32)

  /// One line: what failed, where, why, and what to do.
  public var description: String {
    switch self {
    case .notEncodable(let reason):
      return "cannot encode the results as JSON: \(Printable.line(reason))"
    case .invalidFileName(let name):
      return "'\(Printable.line(name))' is not a file name: give one without a folder"
    case .notAFile(let path):
      return "\(Printable.line(path)) is no regular file and stays as it is: choose another name"
    case .tooLarge(let format, let bytes, let limit):
      return
        "the model as \(format) has \(bytes) bytes, and a file of that format has at most \(limit): "
        + "use a smaller model"
    case .system(let action, let path, let code):
      let advice =
        switch code {
        case ENOSPC, EDQUOT: "free some space or choose another folder"
        case EACCES, EPERM, EROFS: "choose a folder that you may write to"
        case ENOTDIR, EEXIST: "a file stands where a folder is needed; choose another folder"
        default: "choose another folder"
        }
      let reason = String(cString: strerror(code))
      return "cannot \(action) \(Printable.line(path)): \(reason); \(advice)"
    }
  }
}

/// Makes text from outside safe to print.
package enum Printable {
  /// What is wrong with a file, which may quote it, in one line of bounded length.
  package static func message(about path: String, _ problem: String) -> String {
    let shown = problem.unicodeScalars.prefix(400)
    let rest = shown.endIndex < problem.endIndex ? "…" : ""
    return line("\(path): \(String(shown))") + rest
  }

  /// The text in one line with control characters replaced, so that a name can't move the cursor
  /// or start an escape sequence; line breaks and tabs become spaces.
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
