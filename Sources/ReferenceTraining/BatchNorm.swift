import TrainingCore

/// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1), over ghost groups where asked.
///
/// x [N, C], γ and β [1, C]; of images, a row for each position of each sample. The statistics are
/// those of a group of neighbouring samples, by default the whole batch; a ghost group (Hoffer, Hubara & Soudry 2017) is smaller. This is the
/// one layer that couples the samples of a batch: splitting the batch changes its result, unless
/// the parts are made of whole groups.
enum BatchNorm {
  /// Moving averages of mean and variance, [1, C] each, for inference.
  struct MovingStatistics<S: Scalar>: Equatable, Sendable {
    var mean: Matrix<S>
    var variance: Matrix<S>
  }

  /// What backward needs of a forward pass: a row of statistics for each group.
  struct Statistics<S: Scalar> {
    /// The samples of each group.
    var groups: [Range<Int>] = []
    /// Mean per feature, [groups, C].
    var mean: [[S]] = []
    /// 1/√(variance + ε) per feature, [groups, C].
    var inverseDeviation: [[S]] = []
    /// Mean and variance of the last group, as the moving averages took them in, [C] each; nil of an
    /// empty batch.
    var last: (mean: [S], variance: [S])?
  }

  /// The groups of a batch: as many samples each as asked for, the last with the rest.
  static func groups(of count: Int, size: Int?) -> [Range<Int>] {
    let size = size ?? count
    return stride(from: 0, to: count, by: max(size, 1)).map { $0..<min($0 + size, count) }
  }

  /// y = γ (x − mean)/√(variance + ε) + β with the group's own mean and variance (over N).
  ///
  /// The moving averages take each group in turn: r ← r + momentum · (new − r).
  static func forwardTraining<S>(
    _ x: Matrix<S>, with parameters: Parameters<S>, spec: BatchNormSpec,
    moving: inout MovingStatistics<S>
  ) -> (y: Matrix<S>, statistics: Statistics<S>) {
    var y = x
    var statistics = Statistics<S>()
    let epsilon = S(spec.epsilon)
    let momentum = S(spec.momentum)
    for group in groups(of: x.rows, size: spec.groupSize) {
      let count = S(Double(group.count))
      let varianceCount =
        spec.unbiasedMovingVariance ? S(Double(group.count - 1)) : count
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
      let inverseDeviation = squares.map { S(1.0) / ($0 / count + epsilon).squareRoot() }
      for n in group {
        for c in 0..<x.columns {
          let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
          y[n, c] = parameters.bias[0, c].addingProduct(normalized, parameters.weight[0, c])
        }
      }
      let variance = squares.map { $0 / varianceCount }
      for c in 0..<x.columns {
        moving.mean[0, c] = moving.mean[0, c].addingProduct(momentum, mean[c] - moving.mean[0, c])
        moving.variance[0, c] = moving.variance[0, c].addingProduct(
          momentum, variance[c] - moving.variance[0, c])
      }
      statistics.last = (mean, variance)
      statistics.groups.append(group)
      statistics.mean.append(mean)
      statistics.inverseDeviation.append(inverseDeviation)
    }
    return (y, statistics)
  }

  /// With x̂ = (x − mean)/√(variance + ε) and g = ∂L/∂y: ∂L/∂β += Σ g, ∂L/∂γ += Σ g x̂, and
  /// ∂L/∂x = γ/√(variance + ε) · (g − (Σ g + x̂ Σ g x̂)/N).
  ///
  /// The last follows from x̂ being centred and scaled by statistics that depend on every x of the
  /// group: ∂x̂ₘ/∂xₙ = (δₘₙ − 1/N − x̂ₘ x̂ₙ/N)/√(variance + ε).
  static func backward<S>(
    x: Matrix<S>, statistics: Statistics<S>, parameters: Parameters<S>, outputGradient: Matrix<S>,
    into parameterGradient: inout Parameters<S>
  ) -> Matrix<S> {
    var inputGradient = outputGradient
    for (index, group) in statistics.groups.enumerated() {
      let mean = statistics.mean[index]
      let inverseDeviation = statistics.inverseDeviation[index]
      let count = S(Double(group.count))
      var gradientSum = Array(repeating: S.zero, count: x.columns)
      var productSum = gradientSum
      for n in group {
        for c in 0..<x.columns {
          let gradient = outputGradient[n, c]
          let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
          gradientSum[c] = gradientSum[c] + gradient
          productSum[c] = productSum[c].addingProduct(gradient, normalized)
          parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient
          parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
            gradient, normalized)
        }
      }
      for n in group {
        for c in 0..<x.columns {
          let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
          let coupled = gradientSum[c].addingProduct(normalized, productSum[c]) / count
          inputGradient[n, c] =
            parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        }
      }
    }
    return inputGradient
  }

  /// Where training normalises by the moving averages, which don't depend on x: ∂L/∂β += Σ g,
  /// ∂L/∂γ += Σ g x̂ and ∂L/∂x = γ/√(moving variance + ε) · g.
  static func backwardInference<S>(
    x: Matrix<S>, moving: MovingStatistics<S>, parameters: Parameters<S>, spec: BatchNormSpec,
    outputGradient: Matrix<S>, into parameterGradient: inout Parameters<S>
  ) -> Matrix<S> {
    let epsilon = S(spec.epsilon)
    var inputGradient = outputGradient
    for c in 0..<x.columns {
      let inverseDeviation = S(1.0) / (moving.variance[0, c] + epsilon).squareRoot()
      for n in 0..<x.rows {
        let gradient = outputGradient[n, c]
        let normalized = (x[n, c] - moving.mean[0, c]) * inverseDeviation
        parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient
        parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
          gradient, normalized)
        inputGradient[n, c] = parameters.weight[0, c] * inverseDeviation * gradient
      }
    }
    return inputGradient
  }

  /// y = γ (x − moving mean)/√(moving variance + ε) + β: no sample sees another.
  static func forwardInference<S>(
    _ x: Matrix<S>, with parameters: Parameters<S>, spec: BatchNormSpec,
    moving: MovingStatistics<S>
  ) -> Matrix<S> {
    let epsilon = S(spec.epsilon)
    var y = x
    for c in 0..<x.columns {
      let inverseDeviation = S(1.0) / (moving.variance[0, c] + epsilon).squareRoot()
      for n in 0..<x.rows {
        let normalized = (x[n, c] - moving.mean[0, c]) * inverseDeviation
        y[n, c] = parameters.bias[0, c].addingProduct(normalized, parameters.weight[0, c])
      }
    }
    return y
  }
}
