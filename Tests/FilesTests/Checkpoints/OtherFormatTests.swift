import Foundation
import Testing
@testable import Files

/// Files that people take for safetensors are called by their name.
@Suite struct OtherFormatTests {
  /// The first file of a zip archive, with its name.
  private static func zip(_ name: String) -> Data {
    let header: [UInt8] = [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 22)
    return Data(header + [UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)) + Data(count: 40)
  }

  private static let files: [(Data, String)] = [
    (zip("archive/data.pkl"), "it is a PyTorch pickle in a zip archive: save its state_dict by"),
    (zip("a.npy"), "it is a NumPy archive: save its arrays by safetensors.numpy.save_file"),
    (zip("a.safetensors"), "it is a zip archive: unpack it"),
    (zip("").prefix(12), "it is a zip archive: unpack it"),
    // torch.save as it was before zip archives, and pickles of version 4 with a short frame.
    (Data([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9]), "it is a PyTorch pickle: save"),
    (
      Data([0x80, 4, 0x95, 4, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x94, 0x2E]),
      "it is a PyTorch pickle: save its state_dict by safetensors.torch.save_file"
    ),
    (Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]), "it is compressed by gzip: unpack it"),
    (
      Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) + Data(count: 600_000), "it is compressed by gzip"
    ),
    (Data([0x93] + Array("NUMPY".utf8) + [1, 0, 0x76, 0]), "it is a NumPy array: save it by"),
    (Data([0x89] + Array("HDF\r\n\u{1A}\n".utf8) + [0]), "it is HDF5, as Keras saves"),
    (Data(Array("GGUF".utf8) + [3, 0, 0, 0, 1]), "it is GGUF, as llama.cpp reads"),
    (Data([8, 7, 0x12, 7] + Array("pytorch".utf8)), "it is an ONNX model: save the weights"),
    (Data([8, 10, 0x3A, 0x90, 1, 0x0A, 5, 0, 0, 0]), "it is an ONNX model: save the weights"),
    (
      Data("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8),
      "it is a Git LFS pointer, not the file itself: fetch that by git lfs pull"
    ),
    (Data("\n<!DOCTYPE html>\n<html>".utf8), "it is an HTML page: download the file itself"),
    (Data("<HTML><head>".utf8), "it is an HTML page: download the file itself"),
  ]

  @Test(arguments: files)
  func theFirstBytesTell(_ file: Data, _ problem: String) {
    #expect(RawSafetensors.problem(file)?.hasPrefix(problem) == true)
    let part = (Data([0]) + file).dropFirst()
    #expect(RawSafetensors.problem(part)?.hasPrefix(problem) == true)
  }

  /// Headers whose length looks like the start of another file: they begin with `{`, and are read.
  @Test(arguments: [0x0280, 0x8B1F, 0x12_0108])
  func theLengthOfAHeaderIsNoFormat(_ length: Int) {
    let header = Data("{}".utf8) + Data(repeating: 0x20, count: length - 2)
    let file = RawSafetensors.file(header, length: UInt64(length))
    #expect(RawSafetensors.problem(file) == nil)
    #expect(RawSafetensors.problem(file.dropLast())?.contains("it is cut off") == true)
  }
}
