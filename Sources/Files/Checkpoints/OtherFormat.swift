import Foundation

/// The formats that files of weights have when they aren't safetensors, known by their first bytes.
enum OtherFormat {
  private static let conversion = "save its state_dict by safetensors.torch.save_file"

  /// How files of a format begin, and what is said of them.
  private static let starts: [(start: [UInt8], problem: String)] = [
    ([0x1F, 0x8B], "it is compressed by gzip: unpack it"),
    ([0x93] + Array("NUMPY".utf8), "it is a NumPy array: save it by safetensors.numpy.save_file"),
    ([0x89] + Array("HDF".utf8), "it is HDF5, as Keras saves: save its weights in safetensors"),
    (Array("GGUF".utf8), "it is GGUF, as llama.cpp reads: take the model's safetensors instead"),
    (
      Array("version https://git-lfs".utf8),
      "it is a Git LFS pointer, not the file itself: fetch that by git lfs pull"
    ),
  ]

  /// What a file that isn't safetensors is, and what to do; nil where its first bytes don't tell.
  static func problem(_ data: Data) -> String? {
    let bytes = Array(data.prefix(512))
    if let known = starts.first(where: { bytes.starts(with: $0.start) }) { return known.problem }
    if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) { return archive(bytes) }
    let text = String(decoding: bytes, as: UTF8.self).lowercased().drop(while: \.isWhitespace)
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      return "it is an HTML page: download the file itself, not the page about it"
    }
    guard bytes.count > 2 else { return nil }
    // A pickle begins with the opcode PROTO and its version, since version 2.
    if bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      return "it is a PyTorch pickle: \(conversion)"
    }
    // ONNX's ModelProto: field 1, the version of the format, and one of the next, a string or message.
    if bytes[0] == 0x08, (1...32).contains(bytes[1]), [0x12, 0x1A, 0x22, 0x3A].contains(bytes[2]) {
      return "it is an ONNX model: save the weights that it was made of in safetensors"
    }
    return nil
  }

  /// A zip archive is told by its first file, whose name's length is at 26, and whose name at 30.
  private static func archive(_ bytes: [UInt8]) -> String {
    let length = bytes.count > 30 ? Int(bytes[26]) + Int(bytes[27]) << 8 : 0
    let name = String(decoding: bytes.dropFirst(30).prefix(length), as: UTF8.self)
    if name.hasSuffix(".npy") {
      return "it is a NumPy archive: save its arrays by safetensors.numpy.save_file"
    }
    return name.hasSuffix("/data.pkl")
      ? "it is a PyTorch pickle in a zip archive: \(conversion)" : "it is a zip archive: unpack it"
  }
}
