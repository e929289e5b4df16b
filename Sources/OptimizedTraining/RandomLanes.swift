import TrainingCore

/// The numbers of a `RandomField`, sixty-four at a time.
///
/// Philox 4×32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011, section 3.3) with sixteen counters side by side.
struct RandomLanes {
  private typealias Words = SIMD16<UInt32>

  private let key: (UInt32, UInt32)
  private let stream: UInt32

  /// The field for one purpose.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - purpose: What the numbers are for.
  ///   - layer: The layer that they are for.
  init(seed: UInt64, purpose: RandomPurpose, layer: Int) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = UInt32(purpose.rawValue) << 24 | UInt32(layer)
  }

  /// The words of sixteen neighbouring quads of units.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, from 0.
  ///   - sample: The sample's index in its data set.
  ///   - quads: The first quad.
  /// - Returns: Four times sixteen words, in the order of the units.
  @inline(__always)
  func words(epoch: Int, sample: Int, quads: Int) -> [4 of SIMD16<UInt32>] {
    var a = Words(repeating: UInt32(truncatingIfNeeded: quads)) &+ Self.ascending
    var b = Words(repeating: UInt32(truncatingIfNeeded: sample))
    var c = Words(repeating: UInt32(truncatingIfNeeded: epoch))
    var d = Words(repeating: stream)
    var (k0, k1) = key
    for _ in 0..<10 {
      let (high0, low0) = Self.product(a, 0xD251_1F53)
      let (high1, low1) = Self.product(c, 0xCD9E_8D57)
      (a, b, c, d) = (high1 ^ b ^ k0, low1, high0 ^ d ^ k1, low0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    var even = SIMD32<UInt32>()
    even.evenHalf = a
    even.oddHalf = c
    var odd = SIMD32<UInt32>()
    odd.evenHalf = b
    odd.oddHalf = d
    var all = SIMD64<UInt32>()
    all.evenHalf = even
    all.oddHalf = odd
    return [
      all.lowHalf.lowHalf, all.lowHalf.highHalf, all.highHalf.lowHalf, all.highHalf.highHalf,
    ]
  }

  private static var ascending: Words {
    Words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  }

  /// The upper and the lower half of each product.
  @inline(__always)
  private static func product(_ words: Words, _ factor: UInt32) -> (high: Words, low: Words) {
    let wide = SIMD16<UInt64>(truncatingIfNeeded: words) &* UInt64(factor)
    return (Words(truncatingIfNeeded: wide &>> 32), words &* factor)
  }
}
