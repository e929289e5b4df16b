import TrainingCore

/// Group normalisation (Wu & He 2018, equations 1 to 7): x̂ = (x − mean)/√(variance + ε) and
/// y = γ x̂ + β, each sample alone, with a mean and a variance for each group of its channels.
///
/// x [N·P, C], a row for each of the P positions of a sample's image; γ and β [1, C]. A sample doesn't
/// depend on its batch, so any split of a batch has the whole's bits. What is done once x̂ is known is
/// `BatchNorm`'s, with the samples for its groups of rows.
enum GroupNorm {
  /// x̂ by each sample's own means and variances, in two passes (arithmetic contract, 7).
  static func normalize<S>(
    _ x: Matrix<S>, _ spec: GroupNormSpec, positions: Int
  ) -> BatchNorm.Normalized<S> {
    var normalized = BatchNorm.Normalized(
      x: x, groups: BatchNorm.groups(of: x.rows, size: positions), dependsOnStatistics: true)
    for sample in normalized.groups {
      let mean: [S] = averages(over: sample, spec) { sum, n, c in sum + x[n, c] }
      let variance: [S] = averages(over: sample, spec) { sum, n, c in
        let centred = x[n, c] - mean[c]
        return sum.addingProduct(centred, centred)
      }
      normalized.normalize(mean: mean, variance: variance, epsilon: spec.epsilon)
    }
    return normalized
  }

  /// The average over its group for each channel, [C], of the terms that `add` adds to a sum, given a row
  /// of the sample and a channel.
  ///
  /// A group's terms fold into sixteen sums, by the channel's remainder, over channels and within each
  /// over positions, ascending; then these fold.
  private static func averages<S: Scalar>(
    over rows: Range<Int>, _ spec: GroupNormSpec, _ add: (_ sum: S, _ row: Int, _ channel: Int) -> S
  ) -> [S] {
    let size = spec.features / spec.groups
    let count = S(Double(size * rows.count))
    var averages: [S] = []
    for first in stride(from: 0, to: spec.features, by: size) {
      var sums = Array(repeating: S.zero, count: 16)
      for c in first..<first + size {
        for n in rows { sums[c % 16] = add(sums[c % 16], n, c) }
      }
      let average = sums.reduce(.zero, +) / count
      averages += Array(repeating: average, count: size)
    }
    return averages
  }

  /// With h = γ ∂L/∂y: ∂L/∂x = (h − (Σ h + x̂ Σ h x̂)/M)/√(variance + ε), the sums over the M numbers of
  /// a sample's group.
  ///
  /// As for batch normalisation, ∂x̂ₘ/∂xₙ = (δₘₙ − 1/M − x̂ₘ x̂ₙ/M)/√(variance + ε); but here γ differs
  /// from term to term, and stays within the sums.
  static func inputGradient<S>(
    _ x: BatchNorm.Normalized<S>, _ spec: GroupNormSpec, scale: Matrix<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    var scaled = outputGradient
    for n in 0..<scaled.rows {
      for c in 0..<scaled.columns { scaled[n, c] = scaled[n, c] * scale[0, c] }
    }
    var inputGradient = scaled
    for (sample, inverseDeviation) in zip(x.groups, x.inverseDeviation) {
      let mean: [S] = averages(over: sample, spec) { sum, n, c in sum + scaled[n, c] }
      let product: [S] = averages(over: sample, spec) { sum, n, c in
        sum.addingProduct(scaled[n, c], x.x[n, c])
      }
      for n in sample {
        for c in 0..<spec.features {
          let coupled = mean[c].addingProduct(x.x[n, c], product[c])
          inputGradient[n, c] = inverseDeviation[c] * (scaled[n, c] - coupled)
        }
      }
    }
    return inputGradient
  }
}
