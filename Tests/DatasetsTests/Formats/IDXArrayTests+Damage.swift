import Testing

@testable import Datasets

/// Damaged files: each is read as what it says, or is an error, and never ends the process.
extension IDXArrayTests {
  private static let original = idx([3, 2, 2], noise(12))

  /// What a file is read as, written again; nil if it is an error that names the file in a line.
  private func reading(_ file: [UInt8]) throws -> [UInt8]? {
    let path = try folder.write(file)
    do {
      let array = try IDXArray(contentsOfFile: path)
      return idx(array.extents, array.elements)
    } catch {
      #expect(error.description.hasPrefix("\(path): "))
      #expect(!error.description.contains { $0.isNewline })
      return nil
    }
  }

  @Test func everyTruncationIsFound() throws {
    for file in [Self.original, gzip(Self.original)] {
      for kept in 0..<file.count {
        #expect(try reading(Array(file.prefix(kept))) == nil, "\(kept) bytes")
      }
      #expect(try reading(file) == Self.original)
    }
  }

  @Test func everyChangedByteIsReadAsItIsOrFound() throws {
    for offset in Self.original.indices {
      for change in 1...255 as ClosedRange<UInt8> {
        var file = Self.original
        file[offset] ^= change
        let isElement = offset >= 16
        #expect(try reading(file) == (isElement ? file : nil), "byte \(offset), change \(change)")
      }
    }
  }

  /// Some bytes of gzip's header say nothing about the content; the rest is under its checksum.
  @Test func everyChangedByteOfAPackedFileIsHarmlessOrFound() throws {
    let packed = gzip(Self.original)
    var harmless: Set<Int> = []
    for offset in packed.indices {
      for change in 1...255 as ClosedRange<UInt8> {
        var file = packed
        file[offset] ^= change
        guard let read = try reading(file) else { continue }
        #expect(read == Self.original, "byte \(offset), change \(change)")
        harmless.insert(offset)
      }
    }
    // The flag for text, the time, the extra flags and the operating system (RFC 1952, 2.3), and
    // the bits that fill up the last byte before the checksum.
    #expect(harmless.isSubset(of: Set(3...9).union([packed.count - 9])))
    #expect(harmless.isSuperset(of: 4...9))
  }
}
