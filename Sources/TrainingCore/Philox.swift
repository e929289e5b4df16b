/// The counter-based random generator Philox 4×32-10.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// section 3.3. Ten rounds of a keyed bijection turn a 128-bit counter into 128 random bits, so
/// that the n-th number is computed without the n − 1 before it: who draws, and in what order,
/// can't change what is drawn.
public enum Philox {
  /// The random words at a counter.
  ///
  /// - Parameters:
  ///   - counter: The position, least significant word first.
  ///   - key: The stream, least significant word first.
  /// - Returns: Four words of independent uniform bits.
  public static func words(counter: [4 of UInt32], key: (UInt32, UInt32)) -> [4 of UInt32] {
    var c = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(c[0])
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c[2])
      c = [
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c[1] ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c[3] ^ k1, UInt32(truncatingIfNeeded: p0),
      ]
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return c
  }
}
