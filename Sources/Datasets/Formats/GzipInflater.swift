import CZlib

/// zlib's inflate for members of a gzip file (RFC 1952), whose CRC-32 and length it verifies.
final class GzipInflater {
  /// What one call has done.
  struct Progress {
    /// Bytes taken from the input.
    var consumed: Int
    /// Bytes written to the output.
    var produced: Int
    /// The member is complete, and its checksum and length are right.
    var isMemberComplete: Bool
    /// What zlib says against the data, if it rejects them.
    var failure: String?
  }

  /// zlib keeps a pointer to its stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let initialStatus: CInt

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 more than the window's size: expect a gzip header and trailer, and nothing else.
    initialStatus = inflateInit2_(
      stream, MAX_WBITS + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Prepares for the next member of the file.
  func startMember() { inflateReset(stream) }

  /// Unpacks compressed bytes until the input is used up or the output full; both are below 2³² bytes.
  func inflate(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Progress {
    guard initialStatus == Z_OK else {
      return Progress(
        consumed: 0, produced: 0, isMemberComplete: false, failure: message(initialStatus))
    }
    stream.pointee.next_in = input.baseAddress
    stream.pointee.avail_in = uInt(input.count)
    stream.pointee.next_out = output.baseAddress
    stream.pointee.avail_out = uInt(output.count)
    let status = CZlib.inflate(stream, Z_NO_FLUSH)
    var progress = Progress(
      consumed: input.count - Int(stream.pointee.avail_in),
      produced: output.count - Int(stream.pointee.avail_out),
      isMemberComplete: status == Z_STREAM_END)
    if status != Z_STREAM_END && status != Z_OK { progress.failure = message(status) }
    return progress
  }

  private func message(_ status: CInt) -> String {
    guard
      let text = stream.pointee.msg ?? zError(status).map({ UnsafeMutablePointer(mutating: $0) })
    else { return "error \(status)" }
    return String(cString: text)
  }
}
