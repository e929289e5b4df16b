/// Mean and variance of a channel over the samples of a data set, by the law of total variance.
///
/// Samples are taken one after the other, each with its own mean and centred squares over its
/// positions (Chan, Golub & LeVeque 1983, equation 1.5): the result depends on the samples and their
/// order alone, not on how they were divided into passes.
public struct PopulationMoments: Equatable, Sendable {
  /// The samples so far.
  public private(set) var count = 0
  /// Their mean.
  public private(set) var mean = 0.0
  /// The squares of all values' distances from that mean, summed.
  public private(set) var squares = 0.0
  /// The values of one sample.
  private let positions: Double

  /// Begins without a sample.
  ///
  /// - Parameter positions: The values that each sample has, P.
  public init(positions: Int) { self.positions = Double(positions) }

  /// Takes a sample.
  ///
  /// - Parameters:
  ///   - mean: The mean of its values.
  ///   - squares: The squares of their distances from that mean, summed.
  public mutating func add(mean: Double, squares: Double) {
    count += 1
    let distance = mean - self.mean
    self.mean += distance / Double(count)
    let weight = positions * Double(count - 1) / Double(count)
    self.squares = self.squares + squares + distance * distance * weight
  }

  /// The variance: the squares, divided by all values' number.
  public var variance: Double { squares / (Double(count) * positions) }
}
