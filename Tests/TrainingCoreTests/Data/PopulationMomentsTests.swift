import Testing
import TrainingCore

/// Mean and variance of a channel over samples of several positions each.
@Suite struct PopulationMomentsTests {
  /// Takes samples of equally many values, each by its own mean and centred squares.
  private func moments(_ samples: [[Double]]) -> PopulationMoments {
    var moments = PopulationMoments(positions: samples[0].count)
    for values in samples {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      moments.add(mean: mean, squares: squares)
    }
    return moments
  }

  /// 0, 2 and 10, 12: the samples' variances are 1, that of their means 25, and the whole's 26.
  @Test func theVarianceOfMeansCounts() {
    let found = moments([[0, 2], [10, 12]])
    #expect(found.mean == 6 && found.squares == 104 && found.variance == 26 && found.count == 2)
  }

  /// Samples of one value: nothing but the variance of the means.
  @Test func `samples of one value have the variance of their values`() {
    let found = moments([[1], [3], [5], [7]])
    #expect(found.mean == 4 && found.variance == 5)
  }

  @Test func oneSampleHasItsOwnMoments() {
    let found = moments([[1, 2, 3, 6]])
    #expect(found.mean == 3 && found.variance == 3.5)
    #expect(PopulationMoments(positions: 4).count == 0)
  }

  /// Neither a sample's order of positions nor a mean far from zero costs more than roundings: whole
  /// numbers, whose exact moments are quotients of whole numbers.
  ///
  /// A sample rounds its mean once, the running mean three times and the squares six times; each is
  /// at most u of the largest number in play, M, or of the squares so far. A mean that is off by e
  /// moves a squared distance, of at most 2M, by 4Me.
  @Test(arguments: [0, 1 << 20, -1 << 30], [(1, 100), (7, 33), (49, 20)])
  func roundsWithinItsBound(_ offset: Int, _ extents: (positions: Int, count: Int)) {
    let field = RandomField(seed: 5, purpose: .initialWeights)
    let samples = (0..<extents.count).map { sample in
      (0..<extents.positions).map { place in
        offset + Int(field.words(sample: sample, quad: place)[0] % 1000)
      }
    }
    let values = samples.flatMap { $0 }
    let n = values.count
    let (sum, squareSum) = values.reduce((0, 0)) {
      ($0.0 + $1, $0.1 + ($1 - offset) * ($1 - offset))
    }
    let shifted = sum - n * offset
    // N² V = N Σ(x − c)² − (Σ(x − c))², a whole number.
    let exactVariance = Double(n * squareSum - shifted * shifted) / Double(n) / Double(n)
    let exactMean = Double(offset) + Double(shifted) / Double(n)
    let found = moments(samples.map { $0.map(Double.init) })
    let u = Double.ulpOfOne / 2
    let largest = values.reduce(0.0) { max($0, Double($1).magnitude) }
    let meanBound = 8 * Double(extents.count + extents.positions) * u * largest
    let spread = Double(1000)
    let squareBound =
      8 * Double(extents.count + extents.positions) * u * exactVariance
      + 4 * meanBound * (spread + meanBound)
    #expect((found.mean - exactMean).magnitude <= meanBound)
    #expect((found.variance - exactVariance).magnitude <= squareBound)
    #expect(squareBound < exactVariance, "or the bound says nothing")
  }

  /// The same samples in the same order have the same bits, however often one stops in between.
  @Test func passesCanStopAnywhere() {
    let samples = (0..<12).map { [Double($0) / 3, Double($0 * $0) / 7] }
    let whole = moments(samples)
    for cut in 1..<12 {
      var parts = moments(Array(samples[..<cut]))
      for values in samples[cut...] {
        let mean = values.reduce(0, +) / 2
        parts.add(
          mean: mean, squares: values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
      }
      #expect(parts == whole)
    }
  }
}
