import Foundation

/// The JSON header of a safetensors file, read strictly.
///
/// Foundation's decoders keep one of two equal keys without a word, and a tensor that is listed
/// twice is the sign of a damaged or a deceitful file; so the few forms that a header may have are
/// read here: an object of objects with strings, lists of whole numbers, and one object of strings.
/// `Safetensors` says what else is taken.
struct SafetensorsHeader {
  struct Tensor {
    var name: String
    var type = ""
    var shape: [Int] = []
    var start = 0
    var end = 0
  }

  struct Failure: Error { let problem: String }

  private(set) var metadata: [String: String] = [:]
  var tensors: [Tensor] = []

  init(_ bytes: Data) throws(Failure) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Failure(problem: "it is not UTF-8")
    }
    var scanner = JSONScanner(bytes)
    var names: Set<String> = []
    guard scanner.peek == UInt8(ascii: "{") else {
      throw Failure(problem: "it doesn't begin with {")
    }
    try scanner.object { (key, scanner) throws(Failure) in
      guard names.insert(key).inserted else { throw Failure(problem: "'\(key)' is there twice") }
      if key == "__metadata__" {
        metadata = try scanner.skipNull() ? [:] : scanner.strings("metadata")
      } else {
        tensors.append(try Self.tensor(key, &scanner))
      }
    }
    scanner.skipSpace()
    guard scanner.peek == nil else { throw Failure(problem: "something follows its closing brace") }
  }

  private static func tensor(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(Failure) -> Tensor {
    var tensor = Tensor(name: name)
    var fields: Set<String> = []
    try scanner.object { (key, scanner) throws(Failure) in
      guard fields.insert(key).inserted else {
        throw Failure(problem: "tensor '\(name)' has '\(key)' twice")
      }
      switch key {
      case "dtype": tensor.type = try scanner.string()
      case "shape": tensor.shape = try scanner.wholeNumbers()
      case "data_offsets":
        let offsets = try scanner.wholeNumbers()
        guard offsets.count == 2 else {
          throw Failure(problem: "tensor '\(name)' needs two data_offsets")
        }
        (tensor.start, tensor.end) = (offsets[0], offsets[1])
      default: try scanner.skipValue()
      }
    }
    guard fields.isSuperset(of: ["dtype", "shape", "data_offsets"]) else {
      throw Failure(problem: "tensor '\(name)' needs dtype, shape and data_offsets")
    }
    return tensor
  }
}

/// Reads the forms of JSON that a header and an index of shards are made of.
struct JSONScanner {
  typealias Failure = SafetensorsHeader.Failure

  private let bytes: [UInt8]
  private var position = 0

  init(_ data: Data) { bytes = Array(data) }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Reads an object; `field` reads the value after each key.
  mutating func object(
    _ field: (String, inout JSONScanner) throws(Failure) -> Void
  ) throws(Failure) {
    try items("{", "}") { (scanner) throws(Failure) in
      let key = try scanner.string()
      try scanner.expect(":")
      try field(key, &scanner)
    }
  }

  /// Reads an object of strings, none of them named twice; `owner` is what has it.
  mutating func strings(_ owner: String) throws(Failure) -> [String: String] {
    var strings: [String: String] = [:]
    try object { (name, scanner) throws(Failure) in
      guard strings.updateValue(try scanner.string(), forKey: name) == nil else {
        throw Failure(problem: "its \(owner) has '\(name)' twice")
      }
    }
    return strings
  }

  /// Passes over a `null`, if one is next.
  mutating func skipNull() -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: "null".utf8) else { return false }
    position += 4
    return true
  }

  /// Passes over a value of any form; how deep it nests is limited, as the stack is.
  mutating func skipValue(depth: Int = 0) throws(Failure) {
    skipSpace()
    let start = position
    guard depth < 100 else { throw Failure(problem: "the values at byte \(start) nest too deeply") }
    switch peek {
    case UInt8(ascii: "{"):
      try object { (_, scanner) throws(Failure) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try items("[", "]") { (scanner) throws(Failure) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    default:
      while let byte = peek, !" \t\r\n,]}".utf8.contains(byte) { position += 1 }
      let word = String(decoding: bytes[start..<position], as: UTF8.self)
      guard ["null", "true", "false"].contains(word) || Self.isNumber(word) else {
        throw Failure(problem: "a value is expected at byte \(start)")
      }
    }
  }

  private static func isNumber(_ word: String) -> Bool {
    (try? JSONDecoder().decode(Double.self, from: Data(word.utf8))) != nil
  }

  mutating func wholeNumbers() throws(Failure) -> [Int] {
    var numbers: [Int] = []
    try items("[", "]") { (scanner) throws(Failure) in
      scanner.skipSpace()
      let start = scanner.position
      while let byte = scanner.peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        scanner.position += 1
      }
      let text = String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self)
      guard let number = Int(text), text == String(number) else {
        throw Failure(problem: "a whole number is expected at byte \(start)")
      }
      numbers.append(number)
    }
    return numbers
  }

  mutating func string() throws(Failure) -> String {
    skipSpace()
    let start = position
    try expect("\"")
    while let byte = peek, byte != UInt8(ascii: "\"") {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard peek != nil else { throw Failure(problem: "a string at byte \(start) has no end") }
    position += 1
    guard let text = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<position]))
    else { throw Failure(problem: "the string at byte \(start) is no JSON string") }
    return text
  }

  private mutating func items(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
    _ item: (inout JSONScanner) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(opening)
    skipSpace()
    if peek != UInt8(ascii: closing) {
      try item(&self)
      skipSpace()
      while peek != UInt8(ascii: closing) {
        try expect(",")
        try item(&self)
        skipSpace()
      }
    }
    position += 1
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(Failure) {
    skipSpace()
    guard peek == UInt8(ascii: scalar) else {
      throw Failure(problem: "'\(scalar)' is expected at byte \(position)")
    }
    position += 1
  }
}
