import TrainingCore

extension ReferenceTrainer where S == Float {
  /// Replaces the moving averages by the mean and the variance (divided by N) that each normalising
  /// layer's inputs have over a whole data set, layer after layer.
  ///
  /// - Parameter examples: The data set, of at least one sample.
  public mutating func measureStatistics(over examples: Examples) {
    var activations = [
      Matrix(rows: examples.count, columns: model.input.count, elements: examples.inputs)
    ]
    for (index, layer) in model.layers.enumerated() {
      if case .batchNorm(let spec) = layer {
        let norm = normIndex(of: index)
        let x = activations[index].reshaped(columns: spec.features)
        for channel in 0..<spec.features {
          let moments = moments(of: x, channel, positions: x.rows / examples.count)
          statistics[norm].mean[0, channel] = Float(moments.mean)
          statistics[norm].variance[0, channel] = Float(moments.variance)
        }
      }
      activations.append(output(of: layer, at: index, behind: activations))
    }
  }

  /// Of one channel of x [N·P, C].
  private func moments(
    of x: Matrix<Float>, _ channel: Int, positions: Int
  ) -> PopulationMoments {
    var moments = PopulationMoments(positions: positions)
    for first in stride(from: 0, to: x.rows, by: positions) {
      let rows = first..<first + positions
      var sum = 0.0
      for row in rows { sum += Double(x[row, channel]) }
      let mean = sum / Double(positions)
      var squares = 0.0
      for row in rows {
        let centred = Double(x[row, channel]) - mean
        squares += centred * centred
      }
      moments.add(mean: mean, squares: squares)
    }
    return moments
  }
}
