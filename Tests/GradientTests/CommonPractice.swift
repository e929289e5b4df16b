import TrainingCore

@testable import ReferenceTraining

/// A gradient check as it is commonly done: what it lets live is the subject here, so this is the
/// one place with a tolerance that somebody picked.
///
/// Central differences in Double with a step of 10⁻⁵, compared to a relative 10⁻³ for each
/// parameter with 10⁻⁵ to spare for gradients near zero (the tolerances are those that PyTorch's
/// `torch.autograd.gradcheck` has by default); gradients that start at zero, one call with an even
/// batch, and no dropout, because it is random.
struct CommonPractice {
  static let step = 1e-5
  static let relativeTolerance = 1e-3
  static let absoluteTolerance = 1e-5

  /// Parameters whose gradient isn't their central difference.
  private(set) var failures: [String] = []
  private(set) var checked = 0

  init(_ trainer: ReferenceTrainer<Double>, _ call: Call<Double>) {
    var differentiated = trainer
    _ = differentiated.accumulate([call])
    for layer in trainer.frozenParameters..<trainer.parameters.count {
      for (name, tensor) in [("weight", \Parameters<Double>.weight), ("bias", \.bias)] {
        for element in trainer.parameters[layer][keyPath: tensor].elements.indices {
          let losses = [Self.step, -Self.step].map { offset in
            var moved = trainer
            moved.parameters[layer][keyPath: tensor].elements[element] += offset
            return moved.accumulate([call])
          }
          let difference = (losses[0] - losses[1]) / (2 * Self.step)
          let gradient = differentiated.gradients[layer][keyPath: tensor].elements[element]
          let allowance = Self.absoluteTolerance + Self.relativeTolerance * difference.magnitude
          checked += 1
          if !((gradient - difference).magnitude <= allowance) {
            failures.append("\(name) \(layer)[\(element)] is \(gradient), not \(difference)")
          }
        }
      }
    }
  }
}
