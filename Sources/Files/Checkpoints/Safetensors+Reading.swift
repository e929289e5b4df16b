import Foundation

extension Safetensors {
  /// Reads a file and checks all of it before it takes anything over.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `SafetensorsError` if it can't be read or breaks a rule of the format.
  public init(contentsOf path: String) throws(SafetensorsError) {
    let url = URL(filePath: path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw SafetensorsError(path: path, problem: "there is no such file")
    }
    // A device or a pipe may have no end, and a mapped file traps when another program shortens it.
    let target = url.resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let data = try? Data(contentsOf: url)
    else {
      throw SafetensorsError(
        path: path, problem: "it can't be read; is it a file that you may read?")
    }
    try self.init(data, path: path)
  }

  /// Reads a file's bytes and checks all of them.
  ///
  /// - Parameters:
  ///   - data: The bytes.
  ///   - path: What errors call the file.
  /// - Throws: `SafetensorsError` if a rule of the format is broken.
  public init(_ data: Data, path: String) throws(SafetensorsError) {
    func fail(_ problem: String) -> SafetensorsError {
      SafetensorsError(path: path, problem: problem)
    }
    guard data.count >= 8 else {
      throw fail("\(data.count) bytes, but a safetensors file begins with 8 that hold a length")
    }
    let length = data.prefix(8).enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    guard length <= UInt64(Self.largestHeader), length <= UInt64(data.count - 8) else {
      throw fail(
        "the header should have \(length) bytes, but \(data.count - 8) follow its length: this is "
          + "no safetensors file, or it is cut off")
    }
    let contents = data.dropFirst(8 + Int(length))
    var header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(data.dropFirst(8).prefix(Int(length)))
    } catch {
      throw fail("its header is damaged: \(error.problem)")
    }
    metadata = header.metadata
    header.tensors.sort { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
    var offset = 0
    for tensor in header.tensors {
      guard let size = Self.elementSizes[tensor.type] else {
        throw fail("tensor '\(tensor.name)' has the unknown type '\(tensor.type)'")
      }
      var bytes = 1
      for extent in tensor.shape + [size] {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
        guard !overflow else {
          throw fail("tensor '\(tensor.name)' has the impossible shape \(tensor.shape)")
        }
        bytes = product
      }
      guard tensor.start == offset, tensor.end >= tensor.start,
        tensor.end <= contents.count
      else {
        throw fail(
          "tensor '\(tensor.name)' should lie at \(offset) of \(contents.count) bytes, but its "
            + "offsets are \(tensor.start) to \(tensor.end)")
      }
      guard tensor.end - tensor.start == bytes else {
        throw fail(
          "tensor '\(tensor.name)' of shape \(tensor.shape) and type \(tensor.type) needs \(bytes) "
            + "bytes, but its offsets span \(tensor.end - tensor.start)")
      }
      entries[tensor.name] = Entry(
        type: tensor.type, shape: tensor.shape,
        bytes: Data(contents.dropFirst(tensor.start).prefix(bytes)))
      offset = tensor.end
    }
    guard offset == contents.count else {
      throw fail("\(contents.count - offset) bytes follow its last tensor; none should")
    }
  }
}
