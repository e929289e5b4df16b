import Foundation
import Testing
@testable import Files

@Suite struct SafetensorsDamageTests {
  /// Every file that is cut off, and every byte replaced by every other, is a typed error or is
  /// read as a file whose arrays are bytes of it; nothing traps.
  @Test func damageIsAnErrorOrAnotherFile() throws {
    var genuine = Safetensors()
    genuine.metadata = ["format": "pt"]
    genuine.entries["a"] = Safetensors.Entry(type: "F32", shape: [2], bytes: Data(0..<8))
    genuine.entries["b"] = Safetensors.Entry(type: "I64", shape: [], bytes: Data(8..<16))
    let bytes = genuine.encoded()
    for length in 0..<bytes.count {
      #expect(RawSafetensors.problem(bytes.prefix(length)) != nil)
    }
    #expect(RawSafetensors.problem(bytes + [0]) != nil)
    let dataStart = bytes.count - 16
    var read = 0
    for position in bytes.indices {
      for value in UInt8.min...UInt8.max where value != bytes[position] {
        var damaged = bytes
        damaged[position] = value
        guard let file = try? Safetensors(damaged, path: "x") else {
          #expect(position < dataStart, "the format has no check of the arrays' bytes")
          continue
        }
        read += 1
        let arrays = file.entries.values.map(\.bytes)
        let size = arrays.reduce(0) { $0 + $1.count }
        #expect(size == 16 && arrays.allSatisfy { damaged.range(of: $0) != nil })
        if position >= dataStart {
          #expect(file.metadata == genuine.metadata)
          #expect(file.entries.mapValues(\.shape) == genuine.entries.mapValues(\.shape))
          #expect(file.encoded() == damaged)
        }
      }
    }
    #expect(read > 16 * 255)
  }
}
