/// Orders of samples that depend on (seed, epoch) alone.
public enum Permutation {
  /// The indices below `count`, sorted by a random key of each.
  ///
  /// Every sample draws its own 64-bit key, so its place doesn't depend on how the others are
  /// drawn; equal keys, one pair in 2⁶⁴, keep their order.
  ///
  /// - Parameters:
  ///   - count: The number of samples.
  ///   - seed: The run's seed.
  ///   - purpose: What the order is for.
  ///   - epoch: The epoch, from 0.
  /// - Returns: A permutation of 0 ..< count.
  public static func random(
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
