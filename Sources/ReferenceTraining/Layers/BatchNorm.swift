import TrainingCore

/// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1): x̂ = (x − mean)/√(variance + ε) and
/// y = γ x̂ + β, channel by channel.
///
/// x [N·P, C], a row for each of the P positions of a sample's image; γ and β [1, C]. Mean and variance
/// are those of a group of neighbouring samples, by default the whole batch; a ghost group (Hoffer,
/// Hubara & Soudry 2017) is smaller. No other layer couples the samples of a batch: splitting it
/// changes the result, unless the parts are made of whole groups. At inference, and where the
/// description says so in training, the running statistics are constants.
enum BatchNorm {
  /// Running mean and variance, [1, C] each.
  struct MovingStatistics<S: Scalar>: Equatable, Sendable {
    var mean: Matrix<S>
    var variance: Matrix<S>
  }

  /// x̂ and what it was divided by.
  struct Normalized<S: Scalar> {
    /// x̂, [N·P, C].
    var x: Matrix<S>
    /// The rows of each group.
    var groups: [Range<Int>]
    /// 1/√(variance + ε) of each channel, [groups, C].
    var inverseDeviation: [[S]] = []
    /// Whether mean and variance are those of x, so that x also acts on x̂ through them.
    var dependsOnStatistics: Bool

    /// Normalises the rows of the next group.
    mutating func normalize(mean: [S], variance: [S], epsilon: Double) {
      let epsilon = S(epsilon)
      let inverse = variance.map { S(1.0) / ($0 + epsilon).squareRoot() }
      for n in groups[inverseDeviation.count] {
        for c in 0..<x.columns { x[n, c] = (x[n, c] - mean[c]) * inverse[c] }
      }
      inverseDeviation.append(inverse)
    }
  }

  /// The groups of a batch: as many rows each as asked for, the last with the rest.
  static func groups(of rows: Int, size: Int?) -> [Range<Int>] {
    let size = size ?? rows
    return stride(from: 0, to: rows, by: max(size, 1)).map { $0..<min($0 + size, rows) }
  }

  /// x̂ by each group's mean and variance, which are computed in two passes (arithmetic contract, 7).
  ///
  /// The running statistics take each group in turn, r ← r + momentum · (new − r), with the variance
  /// divided by the group's rows or, unbiased, by one less; what they took in last is left in `latest`.
  static func normalizeByBatch<S>(
    _ x: Matrix<S>, _ spec: BatchNormSpec, positions: Int = 1, moving: inout MovingStatistics<S>,
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
    }
    return normalized
  }

  /// x̂ by the running statistics.
  static func normalizeByConstants<S>(
    _ x: Matrix<S>, _ spec: BatchNormSpec, _ moving: MovingStatistics<S>
  ) -> Normalized<S> {
    var normalized = Normalized(x: x, groups: [0..<x.rows], dependsOnStatistics: false)
    normalized.normalize(
      mean: moving.mean.elements, variance: moving.variance.elements, epsilon: spec.epsilon)
    return normalized
  }

  /// y = γ x̂ + β.
  static func forward<S>(_ x: Normalized<S>, with parameters: Parameters<S>) -> Matrix<S> {
    var y = x.x
    for n in 0..<y.rows {
      for c in 0..<y.columns {
        y[n, c] = parameters.bias[0, c].addingProduct(x.x[n, c], parameters.weight[0, c])
      }
    }
    return y
  }

  /// With g = ∂L/∂y: ∂L/∂x = γ/√(variance + ε) · (g − (Σ g + x̂ Σ g x̂)/M) by statistics of x, M the
  /// rows of the group, and γ/√(variance + ε) · g by constants.
  ///
  /// The former follows from x̂ being centred and scaled by statistics that depend on every x of the
  /// group: ∂x̂ₘ/∂xₙ = (δₘₙ − 1/M − x̂ₘ x̂ₙ/M)/√(variance + ε).
  static func inputGradient<S>(
    _ x: Normalized<S>, scale: Matrix<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    var inputGradient = outputGradient
    for (group, inverseDeviation) in zip(x.groups, x.inverseDeviation) {
      if x.dependsOnStatistics {
        let count = S(Double(group.count))
        var sum = Array(repeating: S.zero, count: scale.columns)
        var product = sum
        for n in group {
          for c in 0..<scale.columns {
            sum[c] = sum[c] + outputGradient[n, c]
            product[c] = product[c].addingProduct(outputGradient[n, c], x.x[n, c])
          }
        }
        for n in group {
          for c in 0..<scale.columns {
            inputGradient[n, c] =
              outputGradient[n, c] - sum[c].addingProduct(x.x[n, c], product[c]) / count
          }
        }
      }
      for n in group {
        for c in 0..<scale.columns {
          inputGradient[n, c] = scale[0, c] * inverseDeviation[c] * inputGradient[n, c]
        }
      }
    }
    return inputGradient
  }

  /// ∂L/∂γ += Σ g x̂ and ∂L/∂β += Σ g, from what the gradients already hold.
  static func accumulateGradients<S>(
    _ x: Normalized<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    for n in 0..<outputGradient.rows {
      for c in 0..<outputGradient.columns {
        gradient.weight[0, c] = gradient.weight[0, c].addingProduct(
          outputGradient[n, c], x.x[n, c])
        gradient.bias[0, c] = gradient.bias[0, c] + outputGradient[n, c]
      }
    }
  }
}
