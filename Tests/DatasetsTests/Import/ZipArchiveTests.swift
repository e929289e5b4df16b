import Testing

@testable import Datasets

/// Files in zip archives are what was packed, or an error.
@Suite struct ZipArchiveTests {
  private static let files: [(name: String, contents: [UInt8])] = [
    ("a.npy", noise(3000)), ("b.npy", []), ("c", [7]),
  ]

  private func problem(_ bytes: [UInt8]) -> String? {
    let error = #expect(throws: DatasetError.self) {
      let archive = try ZipArchive(bytes, path: "x.npz")
      for entry in archive.entries { _ = try archive.contents(of: entry) }
    }
    return error?.description
  }

  @Test(arguments: [false, true])
  func storedAndDeflatedFilesAreRead(isDeflated: Bool) throws {
    let bytes = npz(Self.files, isDeflated: isDeflated)
    #expect(ZipArchive.isArchive(bytes))
    let archive = try ZipArchive(bytes, path: "x.npz")
    #expect(archive.entries.map(\.name) == ["a.npy", "b.npy", "c"])
    for (entry, file) in zip(archive.entries, Self.files) {
      #expect(try archive.contents(of: entry) == file.contents)
    }
  }

  @Test func damageIsFound() {
    let bytes = npz([("a.npy", noise(100))])
    // The data begin after a header of 30 bytes, the name and 20 bytes of NumPy's.
    var changed = bytes
    changed[30 + 5 + 20 + 9] ^= 1
    #expect(problem(changed)?.contains("x.npz: a.npy: damaged zip archive: its CRC-32") == true)
    #expect(problem(Array(bytes.dropLast()))?.contains("its directory is missing") == true)
    #expect(problem([])?.contains("its directory is missing") == true)
    let deflated = npz([("a.npy", [UInt8](repeating: 3, count: 5000))], isDeflated: true)
    for offset in deflated.indices {
      var file = deflated
      file[offset] ^= 0x10
      // Wherever the change is, nothing but the file's own content is taken for it.
      guard let archive = try? ZipArchive(file, path: "x.npz") else { continue }
      for entry in archive.entries {
        if let contents = try? archive.contents(of: entry) {
          #expect(contents == [UInt8](repeating: 3, count: 5000), "byte \(offset)")
        }
      }
    }
  }

  @Test func encryptedAndOtherwisePackedFilesAreRefused() {
    let bytes = npz([("a.npy", [1, 2])])
    let entry = bytes.count - 22 - 46 - 5
    for (field, value, words) in [
      (8, 1, "encrypted"), (10, 12, "zip's method 12"),
    ] as [(Int, UInt8, String)] {
      var file = bytes
      file[entry + field] = value
      #expect(problem(file)?.contains(words) == true)
    }
    var large = bytes
    for byte in 20..<24 { large[entry + byte] = 0xff }
    #expect(problem(large)?.contains("4 GiB") == true)
  }
}
