/// Mean and variance of a channel over the samples of a data set, by the law of total variance.
///
/// Samples are added one after the other, each with its own mean and centred squares over its
/// positions (Chan, Golub & LeVeque 1983, equation 1.5). The result depends on the samples and their
/// order alone, not on how they were divided into passes.
package struct PopulationMoments: Equatable, Sendable {
  /// The samples so far.
  package private(set) var count = 0
  /// Their mean.
  package private(set) var mean = 0.0
  /// The sum of the squared distances of all values from that mean.
  package private(set) var squares = 0.0
  private let positions: Double

  /// Begins without a sample; each will have so many values, P.
  package init(positions: Int) { self.positions = Double(positions) }

  /// Adds a sample, given the mean of its values and the sum of their squared distances from it.
  package mutating func add(mean: Double, squares: Double) {
    count += 1
    let distance = mean - self.mean
    self.mean += distance / Double(count)
    let weight = positions * Double(count - 1) / Double(count)
    self.squares = self.squares + squares + distance * distance * weight
  }

  /// The variance: the sum of squares, divided by the number of all values.
  package var variance: Double { squares / (Double(count) * positions) }
}
