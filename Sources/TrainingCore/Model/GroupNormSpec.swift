/// The options of group normalisation (Wu & He 2018, section 3.1), which normalises each sample alone.
///
/// With one group it is layer normalisation (Ba, Kiros & Hinton 2016, equation 3), with a scale and a
/// shift for each channel.
public struct GroupNormSpec: Codable, Hashable, Sendable {
  /// The channels or features.
  public var features: Int
  /// Groups of neighbouring channels, which share a mean and a variance; a divisor of `features`.
  public var groups: Int
  /// Added to the variance under the root.
  public var epsilon: Double

  /// Creates options; the defaults are PyTorch's for `LayerNorm`.
  public init(features: Int, groups: Int = 1, epsilon: Double = 1e-5) {
    self.features = features
    self.groups = groups
    self.epsilon = epsilon
  }
}
