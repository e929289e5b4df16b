import Testing

@testable import Datasets

/// NumPy's arrays are read as they are, or are an error that says why not.
@Suite struct NumPyFileTests {
  private func array(_ bytes: [UInt8]) throws -> NumericArray {
    try NumPyFile.array(bytes, source: "a.npy")
  }

  private func problem(_ bytes: [UInt8]) -> String? {
    let error = #expect(throws: DatasetError.self) { try array(bytes) }
    #expect(error?.description.contains("\n") == false)
    return error?.description
  }

  @Test func everyTypeIsRead() throws {
    let doubles = [0.5, 255, -2].map(\.bitPattern)
    for (type, bytes, values) in [
      ("|b1", [0, 1, 1], [0, 1, 1]), ("|u1", [0, 128, 255], [0, 128, 255]),
      ("|i1", elements([-1, 0, 127] as [Int8]), [-1, 0, 127]),
      ("<u2", elements([0, 256, 65535] as [UInt16]), [0, 256, 65535]),
      (">u2", elements([0, 256, 65535] as [UInt16], isBigEndian: true), [0, 256, 65535]),
      ("<i4", elements([-5, 0, 9] as [Int32]), [-5, 0, 9]),
      (">i8", elements([-5, 0, 9] as [Int64], isBigEndian: true), [-5, 0, 9]),
      ("<i8", elements([-5, 0, 9] as [Int64]), [-5, 0, 9]),
      ("<u8", elements([5, 0, 9] as [UInt64]), [5, 0, 9]),
      ("<f4", elements([0.5, 255, -2] as [Float]), [0.5, 255, -2]),
      ("<f8", elements(doubles), [0.5, 255, -2]),
      (">f8", elements(doubles, isBigEndian: true), [0.5, 255, -2]),
    ] as [(String, [UInt8], [Float])] {
      let read = try array(npy(type, [3], bytes))
      #expect(read.values == values, "\(type)")
      #expect(read.extents == [3])
      let element: NumericArray.Element =
        type == "|b1" ? .boolean : type.contains("f") ? .real : .integer
      #expect(read.element == element, "\(type)")
    }
    for version in [1, 2, 3] as [UInt8] {
      #expect(try array(npy("|u1", [2, 1, 3], noise(6), version: version)).extents == [2, 1, 3])
    }
  }

  @Test func whatIsNotReadSaysSo() {
    let bytes = npy("|u1", [2, 3], noise(6))
    #expect(problem([]) == "a.npy: this isn't a NumPy file of version 1, 2 or 3")
    #expect(problem(npy("|u1", [1], [1], version: 4))?.contains("version 1, 2 or 3") == true)
    #expect(
      problem(Array(bytes.dropLast()))?.contains("6 bytes of elements expected, found 5") == true)
    #expect(problem(bytes + [0])?.contains("the end is expected after 6 bytes") == true)
    #expect(problem(Array(bytes.prefix(40)))?.contains("of header expected, found 40") == true)
    for type in ["|O", "<f2", "<c8", "<U3", "|S1"] {
      #expect(problem(npy(type, [1], [1]))?.contains("save it as uint8 or float32") == true)
    }
    let order = npy("|u1", [2, 3], noise(6), fortran: "True")
    #expect(problem(order)?.contains("np.ascontiguousarray") == true)
    let huge = [1 << 40, 1 << 40]
    #expect(problem(npy("|u1", huge, []))?.contains("overflow") == true)
  }

  /// Every byte changed: what is read is as the file says, or it is an error.
  @Test func changedBytesNeverEndTheProcess() {
    let original = npy("<i2", [2, 2], noise(8))
    for offset in original.indices {
      for change in [1, 2, 8, 128, 255] as [UInt8] {
        var file = original
        file[offset] ^= change
        guard let read = try? array(file) else { continue }
        #expect(read.values.count == read.extents.reduce(1, *))
      }
    }
  }
}
