import Foundation

extension Safetensors {
  /// The bytes of the file: the same for the same content.
  ///
  /// Arrays with the largest elements come first, and among equals the order is that of their
  /// names; the header is filled up with spaces to a multiple of eight bytes. So every array is
  /// aligned for its elements, as readers that map the file rely on.
  ///
  /// - Returns: The bytes.
  public func encoded() -> Data {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(Self.quoted($0.key)):\(Self.quoted($0.value))"
      }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    let sorted = entries.sorted {
      let (first, second) = ($0.value.elementSize, $1.value.elementSize)
      return first == second ? $0.key < $1.key : first > second
    }
    for (name, entry) in sorted {
      let end = offset + entry.bytes.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(Self.quoted(name)):{\"dtype\":\(Self.quoted(entry.type)),\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    header.append(Data(repeating: 0x20, count: (8 - header.count % 8) % 8))
    var file = Data()
    file.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(header)
    for (_, entry) in sorted { file.append(entry.bytes) }
    return file
  }

  /// A string as JSON writes it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20: result += String(format: "\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
