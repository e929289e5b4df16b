/// What random numbers are drawn for; each purpose has numbers of its own.
public enum RandomPurpose: UInt8, Sendable {
  /// Initial weights; the unit is the element's index in its tensor.
  case initialWeights = 1
  /// The order of samples in an epoch.
  case shuffle = 2
  /// Which samples are held out for validation.
  case validationSplit = 3
  /// Which units a dropout layer keeps.
  case dropout = 4
  /// Which batch size is taken where chance decides.
  case batchSize = 5
  /// Which trials a bootstrap sample consists of.
  case bootstrap = 6
  /// How a sample's image is rotated, shifted, sheared, zoomed and flipped.
  case augmentation = 7
  /// A direction in the space of weights, along which a loss is compared with its gradient.
  case direction = 8
}

/// Random numbers as a function of what they are for, not of when they are drawn.
///
/// A field is keyed by seed, purpose and layer, and read at (epoch, sample, unit). A sample's
/// dropout mask, augmentation or place in the shuffle therefore doesn't depend on batch size, split or
/// thread.
public struct RandomField: Sendable {
  private let key: (UInt32, UInt32)
  private let stream: UInt32

  /// Creates the field for one purpose, and one layer or tensor below 2²⁴.
  public init(seed: UInt64, purpose: RandomPurpose, layer: Int = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = UInt32(purpose.rawValue) << 24 | UInt32(layer)
  }

  /// The random words of units 4·quad … 4·quad + 3 of a sample, by its index in the data set.
  public func words(epoch: Int = 0, sample: Int = 0, quad: Int) -> [4 of UInt32] {
    let counter: [4 of UInt32] = [
      UInt32(truncatingIfNeeded: quad), UInt32(truncatingIfNeeded: sample),
      UInt32(truncatingIfNeeded: epoch), stream,
    ]
    return Philox.words(counter: counter, key: key)
  }
}

/// Orders of samples that depend on (seed, epoch) alone.
package enum Permutation {
  /// The indices below `count`, sorted by a random key of each.
  ///
  /// Every sample draws its own 64-bit key, so its place doesn't depend on how the others are
  /// drawn; equal keys, one pair in 2⁶⁴, keep their order.
  package static func random(
    count: Int, seed: UInt64, purpose: RandomPurpose = .shuffle, epoch: Int = 0
  ) -> [Int] {
    let field = RandomField(seed: seed, purpose: purpose)
    let keyed = (0..<count).map { sample in
      let words = field.words(epoch: epoch, sample: sample, quad: 0)
      return (key: UInt64(words[0]) << 32 | UInt64(words[1]), sample: sample)
    }
    return keyed.sorted { ($0.key, $0.sample) < ($1.key, $1.sample) }.map(\.sample)
  }
}

/// The counter-based random generator Philox 4×32-10.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// section 3.3. Ten rounds of a keyed bijection turn a 128-bit counter into 128 random bits, so
/// that the n-th number is computed without the n − 1 before it: who draws, and in what order,
/// can't change what is drawn.
package enum Philox {
  /// Four words of independent uniform bits at a counter of a key, least significant words first.
  package static func words(counter: [4 of UInt32], key: (UInt32, UInt32)) -> [4 of UInt32] {
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
