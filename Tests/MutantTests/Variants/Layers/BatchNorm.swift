// Wrong terms, factors and sums of batch normalisation's gradients, wrong groups, and wrong records
// of the forward pass.

extension BatchNorm.Normalized {
  mutating func normalize(mean: [S], variance: [S], epsilon: Double) {
    let epsilon = S(epsilon)
    let inverse = variance.map { S(1.0) / ($0 + epsilon).squareRoot() }
    for n in groups[inverseDeviation.count] {
      for c in 0..<x.columns { x[n, c] = (x[n, c] - mean[c]) * inverse[c] }
    }
    var kept = inverse
    if dependsOnStatistics {
      let count = groups[inverseDeviation.count].count
      if variant("batch normalisation forgets ε") {
        kept = variance.map { S(1.0) / $0.squareRoot() }
      }
      if variant("batch normalisation's ε is outside of the root") {
        kept = variance.map { S(1.0) / ($0.squareRoot() + epsilon) }
      }
      if variant("batch normalisation keeps the unbiased deviation") {
        let (all, fewer) = (S(Double(count)), S(Double(count - 1)))
        kept = variance.map { S(1.0) / ($0 * all / fewer + epsilon).squareRoot() }
      }
    } else {
      if variant("moving normalisation's gradient forgets ε") {
        kept = variance.map { S(1.0) / $0.squareRoot() }
      }
      if variant("moving normalisation's gradient takes the first channel's variance") {
        kept = inverse.map { _ in inverse[0] }
      }
    }
    inverseDeviation.append(kept)
  }
}

extension BatchNorm {
  static func normalizeByBatch<S>(
    _ x: Matrix<S>, _ spec: BatchNormSpec, positions: Int, moving: inout MovingStatistics<S>,
    latest: inout MovingStatistics<S>
  ) -> Normalized<S> {
    var normalized = Normalized(
      x: x, groups: groups(of: x.rows, size: spec.groupSize.map { $0 * positions }),
      dependsOnStatistics: true)
    let momentum = S(spec.momentum)
    func move(_ old: S, towards new: S) -> S { old.addingProduct(momentum, new - old).flushed }
    for group in normalized.groups {
      let count = S(Double(group.count))
      let movingCount = spec.unbiasedMovingVariance ? S(Double(group.count - 1)) : count
      var mean = Array(repeating: S.zero, count: x.columns)
      var squares = mean
      for n in group {
        for c in 0..<x.columns { mean[c] = mean[c] + x[n, c] }
      }
      for c in 0..<x.columns { mean[c] = mean[c] / count }
      for n in group {
        for c in 0..<x.columns {
          let centred = x[n, c] - mean[c]
          squares[c] = squares[c].addingProduct(centred, centred)
        }
      }
      normalized.normalize(mean: mean, variance: squares.map { $0 / count }, epsilon: spec.epsilon)
      latest.mean.elements = mean
      latest.variance.elements = squares.map { $0 / movingCount }
      moving.mean = moving.mean.combined(with: latest.mean, move)
      moving.variance = moving.variance.combined(with: latest.variance, move)
      if variant("batch normalisation keeps the deviation of the moving variance") {
        normalized.inverseDeviation[normalized.inverseDeviation.count - 1] =
          moving.variance.elements.map { S(1.0) / ($0 + S(spec.epsilon)).squareRoot() }
      }
    }
    return normalized
  }

  static func inputGradient<S>(
    _ x: Normalized<S>, scale: Matrix<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    let isBatch = x.dependsOnStatistics
    var inputGradient = outputGradient
    var sum = Array(repeating: S.zero, count: scale.columns)
    var product = sum
    for (index, group) in x.groups.enumerated() {
      if variant("batch normalisation leaves out the last group"), index == x.groups.count - 1 {
        continue
      }
      if variant("batch normalisation leaves out a group that isn't full"),
        group.count < x.groups[0].count
      {
        continue
      }
      let place =
        variant("batch normalisation takes the first group's deviation for all") ? 0 : index
      let inverseDeviation = x.inverseDeviation[place]
      var (rows, columns) = (group, 0..<scale.columns)
      if variant("batch normalisation hands a group's last gradient through"), isBatch {
        rows = rows.dropLast()
      }
      if variant("batch normalisation hands the last feature's gradient through"), isBatch {
        columns = columns.dropLast()
      }
      if isBatch {
        var divisor = group.count
        if variant("batch normalisation divides by N − 1") { divisor = group.count - 1 }
        if variant("batch normalisation divides by the batch's size, not the group's") {
          divisor = outputGradient.rows
        }
        if variant("batch normalisation divides by the first group's size") {
          divisor = x.groups[0].count
        }
        if variant("batch normalisation doesn't divide by N") { divisor = 1 }
        let count = S(Double(divisor))
        if !variant("batch normalisation's sums go on from group to group") {
          sum = sum.map { _ in .zero }
          product = sum
        }
        var summed = group
        if variant("batch normalisation's sums leave out a group's last sample") {
          summed = summed.dropLast()
        }
        if variant("batch normalisation's sums leave out the last sample of an odd group") {
          summed = summed.prefix(group.count / 2 * 2)
        }
        for n in summed {
          for c in 0..<scale.columns {
            sum[c] = sum[c] + outputGradient[n, c]
            product[c] = product[c].addingProduct(outputGradient[n, c], x.x[n, c])
          }
        }
        for n in rows {
          for c in columns {
            var normalized = x.x[n, c]
            if variant("batch normalisation takes the first group's x̂ for all") {
              normalized = x.x[(n - group.lowerBound) % x.groups[0].count, c]
            }
            if variant("batch normalisation couples by x that isn't scaled") {
              normalized = normalized / inverseDeviation[c]
            }
            var coupled = sum[c].addingProduct(normalized, product[c]) / count
            if variant("batch normalisation leaves out the mean's term") {
              coupled = normalized * product[c] / count
            }
            if variant("batch normalisation leaves out the variance's term") {
              coupled = sum[c] / count
            }
            if variant("batch normalisation divides the mean's term alone by N") {
              coupled = (sum[c] / count).addingProduct(normalized, product[c])
            }
            if variant("batch normalisation divides the variance's term alone by N") {
              coupled = sum[c] + normalized * product[c] / count
            }
            if variant("batch normalisation takes its statistics for constants") { coupled = .zero }
            if variant("batch normalisation adds the coupled terms") { coupled = .zero - coupled }
            inputGradient[n, c] = outputGradient[n, c] - coupled
          }
        }
      }
      for n in rows {
        for c in columns {
          var (gamma, inverse) = (scale[0, c], inverseDeviation[c])
          if isBatch {
            if variant("batch normalisation forgets γ") { gamma = S(1.0) }
            if variant("batch normalisation takes γ for the deviation") { inverse = gamma }
            if variant("batch normalisation forgets the deviation") { inverse = S(1.0) }
            if variant("batch normalisation divides by the variance") {
              inverse = inverse * inverse
            }
          } else {
            if variant("moving normalisation's input gradient forgets γ") { gamma = S(1.0) }
            if variant("moving normalisation's input gradient forgets the deviation") {
              inverse = S(1.0)
            }
          }
          if variant("normalisation takes the first channel's γ for all") { gamma = scale[0, 0] }
          if variant("normalisation takes the first channel's deviation for all") {
            inverse = inverseDeviation[0]
          }
          inputGradient[n, c] = gamma * inverse * inputGradient[n, c]
        }
      }
    }
    return inputGradient
  }

  static func accumulateGradients<S>(
    _ x: Normalized<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    let isBatch = x.dependsOnStatistics
    if variant("γ's gradient replaces what is there") { gradient.weight.clear() }
    if variant("β's gradient replaces what is there") { gradient.bias.clear() }
    for (index, group) in x.groups.enumerated() {
      let inverseDeviation = x.inverseDeviation[index]
      let isLastGroup = index == x.groups.count - 1
      for n in group {
        for c in 0..<outputGradient.columns {
          let g = outputGradient[n, c]
          var (normalized, factor, term) = (x.x[n, c], g, g)
          if isBatch {
            if variant("γ's gradient takes x that is centred and not scaled") {
              normalized = normalized / inverseDeviation[c]
            }
            if variant("γ's gradient is forgotten") { factor = .zero }
            if variant("γ's gradient has the wrong sign") { factor = .zero - g }
            if variant("γ's gradient leaves out the last group"), isLastGroup { factor = .zero }
            if variant("β's gradient is forgotten") { term = .zero }
            if variant("β's gradient is a group's mean") { term = g / S(Double(group.count)) }
            if variant("β's gradient has x̂ for a factor") { term = g * normalized }
          } else {
            if variant("moving normalisation's γ takes x that isn't scaled") {
              normalized = normalized / inverseDeviation[c]
            }
            if variant("moving normalisation's γ is forgotten") { factor = .zero }
            if variant("moving normalisation's β is forgotten") { term = .zero }
          }
          gradient.weight[0, c] = gradient.weight[0, c].addingProduct(factor, normalized)
          gradient.bias[0, c] = gradient.bias[0, c] + term
        }
      }
    }
  }
}
