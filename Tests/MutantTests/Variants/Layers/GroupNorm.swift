// Wrong sums over a sample's groups, and a scale in the wrong place.

extension GroupNorm {
  static func inputGradient<S>(
    _ x: BatchNorm.Normalized<S>, _ spec: GroupNormSpec, scale: Matrix<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    var scaled = outputGradient
    for n in 0..<scaled.rows {
      for c in 0..<scaled.columns {
        if variant("group normalisation's gradient forgets the scale") { continue }
        scaled[n, c] = scaled[n, c] * scale[0, c]
      }
    }
    var inputGradient = scaled
    for (sample, inverseDeviation) in zip(x.groups, x.inverseDeviation) {
      var mean: [S] = averages(over: sample, spec) { sum, n, c in
        variant("group normalisation leaves the scale out of its sums")
          ? sum + outputGradient[n, c] : sum + scaled[n, c]
      }
      var product: [S] = averages(over: sample, spec) { sum, n, c in
        sum.addingProduct(scaled[n, c], x.x[n, c])
      }
      if variant("group normalisation takes the mean for a constant") {
        mean = mean.map { _ in .zero }
      }
      if variant("group normalisation takes the deviation for a constant") {
        product = product.map { _ in .zero }
      }
      if variant("group normalisation sums over all groups") {
        let count = S(Double(spec.features))
        mean = mean.map { _ in mean.reduce(.zero, +) / count }
        product = product.map { _ in product.reduce(.zero, +) / count }
      }
      for n in sample {
        for c in 0..<spec.features {
          let coupled = mean[c].addingProduct(x.x[n, c], product[c])
          var deviation = inverseDeviation[c]
          if variant("group normalisation doesn't divide by the deviation") { deviation = S(1.0) }
          if variant("group normalisation takes the first group's deviation") {
            deviation = inverseDeviation[0]
          }
          inputGradient[n, c] = deviation * (scaled[n, c] - coupled)
        }
      }
    }
    return inputGradient
  }
}
