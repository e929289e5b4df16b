import Foundation

/// A message in protobuf's wire format, built field by field.
///
/// A field is a tag, its number · 8 + its wire type, and a value: a varint (type 0), eight bytes
/// (type 1), four bytes (type 5), or a length and as many bytes (type 2), which are text, data or
/// another message (protobuf.dev, "Encoding"). Of a repeated field, each value is a field by itself.
struct ProtobufMessage: Equatable {
  private(set) var bytes = Data()

  init(_ build: (inout ProtobufMessage) -> Void) { build(&self) }

  /// Adds an integer of any of the types `int32`, `int64` and `enum`.
  mutating func add(_ field: Int, _ number: Int) {
    addVarint(field << 3)
    addVarint(number)
  }

  /// Adds a `float`.
  mutating func add(_ field: Int, _ number: Float) {
    addVarint(field << 3 | 5)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Adds a `double`, eight bytes (type 1).
  mutating func add(_ field: Int, _ number: Double) {
    addVarint(field << 3 | 1)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Adds `bytes`.
  mutating func add(_ field: Int, _ data: Data) {
    addVarint(field << 3 | 2)
    addVarint(data.count)
    bytes.append(data)
  }

  /// Adds a `string`.
  mutating func add(_ field: Int, _ text: String) { add(field, Data(text.utf8)) }

  /// Adds a message, whose own fields `build` adds.
  mutating func add(_ field: Int, _ build: (inout ProtobufMessage) -> Void) {
    add(field, ProtobufMessage(build).bytes)
  }

  /// Seven bits a byte, the lowest first; all but the last byte have the highest bit set.
  private mutating func addVarint(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number))
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
