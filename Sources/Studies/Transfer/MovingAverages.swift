import TrainingCore

/// Moving averages with a momentum of their own, kept along with those of a trainer.
///
/// A training batch is normalised by its own statistics; moving averages are used in validation
/// only. So any number of momenta can be tried on the very same weights.
struct MovingAverages {
  /// The averages, in the layout's order: mean and variance of each normalising layer.
  private(set) var tensors: [Tensor]
  private let weight: Float

  /// Begins with given averages; the momentum is the weight of the old average at each step.
  init(_ tensors: [Tensor], momentum: Double) {
    self.tensors = tensors
    weight = Float(1 - momentum)
  }

  /// Takes in a step's statistics: r ← r + (1 − m) · (new − r), as a trainer does.
  mutating func take(_ latest: [Tensor]) {
    for index in tensors.indices {
      for channel in tensors[index].values.indices {
        let old = tensors[index].values[channel]
        tensors[index].values[channel] = old.addingProduct(
          weight, latest[index].values[channel] - old)
      }
    }
  }
}

/// How much of the source's statistics is left in moving averages.
///
/// With means μ of the averages, μˢ of the source and μ* of the target's population, each divided by
/// the population's deviation σ*, it is the multiple λ of the way from μ* to μˢ that comes nearest to
/// μ: λ = ⟨μ − μ*, μˢ − μ*⟩ / |μˢ − μ*|². An average that only forgets has λ = mᵗ after t steps.
struct SourceShare {
  /// Mean and variance of each normalising layer's inputs over the source.
  let source: [Tensor]

  /// The share that is left; nil where source and target have the same means.
  func left(in averages: [Tensor], population: [Tensor]) -> Double? {
    var product = 0.0
    var square = 0.0
    for index in stride(from: 0, to: source.count, by: 2) {
      for channel in source[index].values.indices {
        let variance = Double(population[index + 1].values[channel])
        guard variance > 0 else { continue }
        let target = Double(population[index].values[channel])
        let way = Double(source[index].values[channel]) - target
        product += way * (Double(averages[index].values[channel]) - target) / variance
        square += way * way / variance
      }
    }
    return square > 0 ? product / square : nil
  }
}
