import CZlib

/// zlib's inflate for members of a gzip file (RFC 1952), whose CRC-32 and length it verifies, or for
/// bare deflate streams (RFC 1951), which have neither.
final class GzipInflater {
  /// What one call has done.
  struct Progress {
    /// Bytes taken from the input.
    var consumed = 0
    /// Bytes written to the output.
    var produced = 0
    /// The member is complete, and its checksum and length are right.
    var isMemberComplete = false
    /// What zlib says against the data, if it rejects them.
    var failure: String?
  }

  /// zlib keeps a pointer to its stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let initialStatus: CInt

  init(isBare: Bool = false) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 more than the window's size: expect a gzip header and trailer, and nothing else. A negative
    // size: expect no header at all.
    initialStatus = inflateInit2_(
      stream, isBare ? -MAX_WBITS : MAX_WBITS + 16, ZLIB_VERSION,
      CInt(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Prepares for the next member of the file.
  func startMember() { inflateReset(stream) }

  /// Unpacks compressed bytes until the input is used up or the output full; both are below 2³² bytes.
  func inflate(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) -> Progress {
    guard initialStatus == Z_OK else { return Progress(failure: message(initialStatus)) }
    return input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        // zlib doesn't write to its input, although its pointer would let it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = uInt(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = uInt(output.count)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        return Progress(
          consumed: input.count - Int(stream.pointee.avail_in),
          produced: output.count - Int(stream.pointee.avail_out),
          isMemberComplete: status == Z_STREAM_END,
          failure: status == Z_STREAM_END || status == Z_OK ? nil : message(status))
      }
    }
  }

  private func message(_ status: CInt) -> String {
    guard
      let text = stream.pointee.msg ?? zError(status).map({ UnsafeMutablePointer(mutating: $0) })
    else { return "error \(status)" }
    return String(cString: text)
  }
}
