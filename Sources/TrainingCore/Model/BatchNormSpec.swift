/// The options of batch normalisation (Ioffe & Szegedy 2015, algorithm 1).
public struct BatchNormSpec: Codable, Hashable, Sendable {
  /// What training normalises by.
  public enum Statistics: String, Codable, Hashable, Sendable {
    /// Mean and variance of the batch, which the moving averages follow.
    case batch
    /// The moving averages, which stay as they are: the layer does in training what it does at
    /// inference, and no sample sees another.
    case moving
  }

  /// The number of features that are normalised, each by itself.
  public var features: Int
  /// Added to the variance under the root.
  public var epsilon: Double
  /// Weight of the *new* batch in the moving averages, PyTorch's sense of momentum; Keras's
  /// momentum is one minus this.
  public var momentum: Double
  /// Whether the moving variance takes the unbiased estimate, as PyTorch's does.
  ///
  /// That is the sum of squares divided by N − 1; otherwise, as in Keras, the batch's own variance,
  /// divided by N. The normalisation itself always divides by N.
  public var unbiasedMovingVariance: Bool
  /// Ghost batch normalisation (Hoffer, Hubara & Soudry 2017, section 4): statistics over groups
  /// of this many samples, or over the whole batch.
  public var groupSize: Int?
  /// What training normalises by.
  ///
  /// A frozen layer on its batch's statistics still moves its averages.
  public var statistics = Statistics.batch

  /// PyTorch's defaults for `BatchNorm1d`: ε 1e-5, 0.1 of the new batch, unbiased moving variance.
  public static func pytorch(features: Int, groupSize: Int? = nil) -> BatchNormSpec {
    BatchNormSpec(
      features: features, epsilon: 1e-5, momentum: 0.1, unbiasedMovingVariance: true,
      groupSize: groupSize)
  }

  /// Keras's defaults for `BatchNormalization`: ε 1e-3, moving variance divided by N, and Keras's
  /// momentum, the weight of the *old* average.
  public static func keras(
    features: Int, momentum: Double = 0.99, groupSize: Int? = nil
  ) -> BatchNormSpec {
    BatchNormSpec(
      features: features, epsilon: 1e-3, momentum: 1 - momentum, unbiasedMovingVariance: false,
      groupSize: groupSize)
  }
}

extension BatchNormSpec {
  /// Reads the options; without a word on statistics they are the batch's.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      features: try container.decode(Int.self, forKey: .features),
      epsilon: try container.decode(Double.self, forKey: .epsilon),
      momentum: try container.decode(Double.self, forKey: .momentum),
      unbiasedMovingVariance: try container.decode(Bool.self, forKey: .unbiasedMovingVariance),
      groupSize: try container.decodeIfPresent(Int.self, forKey: .groupSize),
      statistics: try container.decodeIfPresent(Statistics.self, forKey: .statistics) ?? .batch)
  }
}
