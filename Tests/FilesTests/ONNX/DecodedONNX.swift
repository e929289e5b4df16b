import Foundation
import Testing

/// The fields of a protobuf message, read back without the code that writes them.
struct DecodedMessage {
  private var varints: [Int: [UInt64]] = [:]
  private var words: [Int: [UInt32]] = [:]
  private var chunks: [Int: [Data]] = [:]

  init(_ data: Data) throws {
    var rest = Array(data)[...]
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let next = rest.popFirst()
        let byte = UInt64(try #require(next))
        value |= (byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
    }
    while !rest.isEmpty {
      let tag = try varint()
      let field = Int(tag >> 3)
      switch tag & 7 {
      case 0: varints[field, default: []].append(try varint())
      case 2:
        let count = Int(try varint())
        try #require(count <= rest.count)
        chunks[field, default: []].append(Data(rest.prefix(count)))
        rest = rest.dropFirst(count)
      case 5:
        try #require(rest.count >= 4)
        words[field, default: []].append(
          rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
        rest = rest.dropFirst(4)
      default: Issue.record("wire type \(tag & 7)")
      }
    }
  }

  func integers(_ field: Int) -> [Int] {
    varints[field, default: []].map { Int(truncatingIfNeeded: $0) }
  }
  func floats(_ field: Int) -> [Float] { words[field, default: []].map { Float(bitPattern: $0) } }
  func data(_ field: Int) -> [Data] { chunks[field, default: []] }
  func texts(_ field: Int) -> [String] { data(field).map { String(decoding: $0, as: UTF8.self) } }
  func messages(_ field: Int) throws -> [DecodedMessage] {
    try data(field).map(DecodedMessage.init)
  }

  /// The one message of a field.
  func message(_ field: Int) throws -> DecodedMessage {
    try #require(data(field).count == 1)
    return try DecodedMessage(data(field)[0])
  }
}

/// An ONNX file, read back by the field numbers of `onnx.proto`.
struct DecodedONNX {
  struct Node {
    let operation: String
    let inputs: [String]
    let output: String
    var integers: [String: [Int]] = [:]
    var numbers: [String: Float] = [:]
  }

  struct Constant {
    let shape: [Int]
    /// 1 for float, 7 for int64.
    let type: Int
    let bytes: Data

    var floats: [Float] {
      stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(
          bitPattern: bytes.dropFirst(start).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        )
      }
    }
  }

  let irVersion: [Int]
  /// Domain and version.
  let opsets: [String: [Int]]
  let producer: [String]
  let metadata: [String: String]
  let name: [String]
  var nodes: [Node] = []
  var constants: [String: Constant] = [:]
  /// Name and extents, `N` or a number each, of what enters and of what leaves.
  let (input, output): ([String], [String])

  init(_ data: Data) throws {
    let model = try DecodedMessage(data)
    irVersion = model.integers(1)
    producer = model.texts(2) + model.texts(3)
    opsets = try Dictionary(
      uniqueKeysWithValues: model.messages(8).map { ($0.texts(1).joined(), $0.integers(2)) })
    metadata = try Dictionary(
      uniqueKeysWithValues: model.messages(14).map { ($0.texts(1).joined(), $0.texts(2).joined()) })
    let graph = try model.message(7)
    name = graph.texts(2)
    func value(_ field: Int) throws -> [String] {
      let value = try graph.message(field)
      let type = try value.message(2).message(1)
      #expect(type.integers(1) == [1], "float")
      let extents = try type.message(2).messages(1)
      return value.texts(1) + extents.flatMap { $0.texts(2) + $0.integers(1).map(String.init) }
    }
    (input, output) = (try value(11), try value(12))
    for message in try graph.messages(1) {
      try #require(message.texts(2).count == 1 && message.texts(4).count == 1)
      var node = Node(
        operation: message.texts(4)[0], inputs: message.texts(1), output: message.texts(2)[0])
      #expect(message.texts(3) == message.texts(2))
      for attribute in try message.messages(5) {
        let name = attribute.texts(1).joined()
        switch attribute.integers(20) {
        case [1]: node.numbers[name] = attribute.floats(2)[0]
        case [2]: node.integers[name] = attribute.integers(3)
        case [7]: node.integers[name] = attribute.integers(8)
        default: Issue.record("type \(attribute.integers(20)) of \(name)")
        }
      }
      nodes.append(node)
    }
    for tensor in try graph.messages(5) {
      let name = tensor.texts(8).joined()
      #expect(constants[name] == nil, "\(name) twice")
      constants[name] = Constant(
        shape: tensor.integers(1), type: tensor.integers(2)[0], bytes: tensor.data(9)[0])
    }
  }
}
