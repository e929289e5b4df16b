extension KeyedDecodingContainer {
  /// Reads a count, and refuses one that no run reaches before arithmetic overflows on it.
  ///
  /// - Parameters:
  ///   - key: The count's key.
  ///   - limit: The largest count that is plausible.
  /// - Returns: A count from 0 to `limit`.
  /// - Throws: A decoding error.
  func decodeCount(forKey key: Key, upTo limit: Int) throws -> Int {
    let count = try decode(Int.self, forKey: key)
    guard (0...limit).contains(count) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "\(count) is not from 0 to \(limit)")
    }
    return count
  }
}
