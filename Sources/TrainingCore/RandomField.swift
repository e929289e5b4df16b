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
/// dropout mask, augmentation or place in the shuffle therefore doesn't depend on batch size, split or thread.
public struct RandomField: Sendable {
  private let key: (UInt32, UInt32)
  private let stream: UInt32

  /// Creates the field for one purpose.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - purpose: What the numbers are for.
  ///   - layer: The layer or tensor that they are for, below 2²⁴.
  public init(seed: UInt64, purpose: RandomPurpose, layer: Int = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = UInt32(purpose.rawValue) << 24 | UInt32(layer)
  }

  /// The random words of four neighbouring units.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, from 0.
  ///   - sample: The sample's index in its data set.
  ///   - quad: The units' index divided by 4.
  /// - Returns: The words of units 4·quad … 4·quad + 3.
  public func words(epoch: Int = 0, sample: Int = 0, quad: Int) -> [4 of UInt32] {
    let counter: [4 of UInt32] = [
      UInt32(truncatingIfNeeded: quad), UInt32(truncatingIfNeeded: sample),
      UInt32(truncatingIfNeeded: epoch), stream,
    ]
    return Philox.words(counter: counter, key: key)
  }
}
