import TrainingCore

/// The bytes that a workload has to move, if no cache held anything from one step or call to the next.
///
/// They are counted from the description, not measured: every parameter and moving average and
/// every number of the optimizer is read once and written once in a step, and read once in a
/// forward pass; every image is read once. Activations and gradients aren't counted, since a good
/// program has them in caches, nor is what is read again within a step. A share of the memory's
/// bandwidth above 100 % says that a cache holds the weights.
extension Workload {
  private static let bytesPerNumber = 4

  private var weightCount: Int {
    let cost = ModelCost(of: model)
    return cost.parameters + cost.statistics
  }

  private var imageBytes: Int { batchSize * model.input.count * Self.bytesPerNumber }

  /// The bytes of a training step.
  var trainingBytesPerStep: Int {
    let kept = weightCount + optimizer.slotNames.count * ModelCost(of: model).parameters
    return 2 * kept * Self.bytesPerNumber + imageBytes
  }

  /// The bytes of a forward pass in inference mode.
  var inferenceBytesPerCall: Int { weightCount * Self.bytesPerNumber + imageBytes }
}
