/// A function of a Swift file: its name, by which it is found whatever its body is, and its body.
struct FunctionText {
  /// The type, the name and the labels, as in `Dense.forward(_:with:)`.
  let name: String
  /// The body, with its braces.
  let body: String
  /// Where the body is in the file's text.
  let range: Range<String.Index>
}

/// The text of a Swift file, as far as it must be understood to find its functions.
struct SwiftText {
  private let text: String
  /// The code's bytes, with blanks for comments and string literals.
  private var code: [UInt8]

  /// Takes a file's text over.
  init(_ text: String) {
    self.text = text
    code = Array(text.utf8)
    var place = 0
    while place < code.count {
      let end = endOfLiteral(from: place) ?? endOfComment(from: place)
      for hidden in place..<(end ?? place) where code[hidden] != UInt8(ascii: "\n") {
        code[hidden] = UInt8(ascii: " ")
      }
      place = end ?? place + 1
    }
  }

  /// The functions of the file and of its types, but none that are within others.
  var functions: [FunctionText] {
    var functions: [FunctionText] = []
    // For each brace that is open, the type that it belongs to.
    var types: [String] = []
    var opening = ""
    var place = 0
    while place < code.count {
      let word = word(at: place)
      switch word {
      case "enum", "struct", "class", "actor", "extension", "protocol":
        let start = skippingBlanks(from: place + word.utf8.count)
        opening = name(at: start)
        place = start + opening.utf8.count
      case "func":
        let start = skippingBlanks(from: place + word.utf8.count)
        let type = types.filter { !$0.isEmpty }.joined(separator: ".")
        guard let found = function(at: start, of: type) else {
          place = start
          continue
        }
        functions.append(found.function)
        place = found.end
      default:
        if code[place] == UInt8(ascii: "{") {
          types.append(opening)
          opening = ""
        } else if code[place] == UInt8(ascii: "}") {
          _ = types.popLast()
        }
        place += max(word.utf8.count, 1)
      }
    }
    return functions
  }

  /// The function whose name begins at a place, unless it has no body.
  private func function(at start: Int, of type: String) -> (function: FunctionText, end: Int)? {
    let name = name(at: start)
    guard !name.isEmpty, let left = code[start...].firstIndex(of: UInt8(ascii: "(")),
      let right = closing(of: left)
    else { return nil }
    var place = right
    while place < code.count, code[place] != UInt8(ascii: "{") {
      if code[place] == UInt8(ascii: "}") { return nil }
      let word = word(at: place)
      if ["func", "init", "var", "let", "static", "subscript"].contains(word) { return nil }
      place += max(word.utf8.count, 1)
    }
    guard place < code.count, let last = closing(of: place) else { return nil }
    let range = index(place)..<index(last + 1)
    let labels = labels(between: left + 1, and: right).map { $0 + ":" }.joined()
    let prefix = type.isEmpty ? "" : type + "."
    return (
      FunctionText(
        name: "\(prefix)\(name)(\(labels))", body: String(text[range]), range: range),
      last + 1
    )
  }

  /// The first words of parameters, which commas part that are in no other brackets.
  private func labels(between first: Int, and end: Int) -> [String] {
    var labels: [String] = []
    var isFirst = true
    var place = first
    while place < end {
      let word = word(at: place)
      if isFirst, !word.isEmpty {
        labels.append(word)
        isFirst = false
      } else if code[place] == UInt8(ascii: ",") {
        isFirst = true
      }
      place = closing(of: place).map { $0 + 1 } ?? place + max(word.utf8.count, 1)
    }
    return labels
  }

  /// Where the bracket is that closes one; nil where there is none to close.
  private func closing(of place: Int) -> Int? {
    let pairs: [UInt8: UInt8] = [
      UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "{"): UInt8(ascii: "}"),
      UInt8(ascii: "["): UInt8(ascii: "]"),
    ]
    guard let close = pairs[code[place]] else { return nil }
    var depth = 0
    for other in place..<code.count {
      if code[other] == code[place] { depth += 1 }
      if code[other] == close { depth -= 1 }
      if depth == 0 { return other }
    }
    return nil
  }

  /// The word that begins at a place: letters, digits and underscores; none within another word.
  private func word(at place: Int) -> String {
    if place > 0, Self.isLetter(code[place - 1]) { return "" }
    return String(decoding: code[place...].prefix { Self.isLetter($0) }, as: UTF8.self)
  }

  /// The name that begins at a place, which may have points in it.
  private func name(at place: Int) -> String {
    let bytes = code[place...].prefix { Self.isLetter($0) || $0 == UInt8(ascii: ".") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private func skippingBlanks(from place: Int) -> Int {
    code[place...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") } ?? code.count
  }

  private func index(_ place: Int) -> String.Index {
    text.utf8.index(text.utf8.startIndex, offsetBy: place)
  }

  private func has(_ mark: String, at place: Int) -> Bool {
    code[place...].starts(with: mark.utf8)
  }

  /// Where a comment ends that begins at a place.
  private func endOfComment(from start: Int) -> Int? {
    if has("//", at: start) {
      return code[start...].firstIndex(of: UInt8(ascii: "\n")) ?? code.count
    }
    guard has("/*", at: start) else { return nil }
    var (depth, place) = (0, start)
    repeat {
      let step = has("/*", at: place) ? 1 : has("*/", at: place) ? -1 : 0
      depth += step
      place += step == 0 ? 1 : 2
    } while depth > 0 && place < code.count
    return place
  }

  /// Where a string literal ends that begins at a place, with what is interpolated.
  private func endOfLiteral(from start: Int) -> Int? {
    let hashes = String(
      decoding: code[start...].prefix { $0 == UInt8(ascii: "#") }, as: UTF8.self)
    var place = start + hashes.utf8.count
    guard place < code.count, has("\"", at: place) else { return nil }
    let quote = has("\"\"\"", at: place) ? "\"\"\"" : "\""
    place += quote.utf8.count
    while place < code.count, !has(quote + hashes, at: place) {
      if has("\\" + hashes + "(", at: place) {
        place += hashes.utf8.count + 2
        var depth = 1
        while depth > 0, place < code.count {
          if let end = endOfLiteral(from: place) {
            place = end
            continue
          }
          if code[place] == UInt8(ascii: "(") { depth += 1 }
          if code[place] == UInt8(ascii: ")") { depth -= 1 }
          place += 1
        }
      } else {
        place += has("\\" + hashes, at: place) ? hashes.utf8.count + 2 : 1
      }
    }
    return min(place + quote.utf8.count + hashes.utf8.count, code.count)
  }
}
