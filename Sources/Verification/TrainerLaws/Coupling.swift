import TrainingCore

extension ModelSpec {
  /// Whether no layer lets a sample of a batch see another while training.
  ///
  /// A layer that normalises by its moving averages doesn't, nor does one that takes sums over the
  /// positions of an image.
  public var isUncoupled: Bool {
    layers.allSatisfy { $0.batchStatistics == nil }
  }

  /// Why the parts of a batch are not the batch.
  ///
  /// A normalising layer takes its statistics from a group of samples that stand side by side. If
  /// every part begins where a group begins, the parts have the groups of the whole.
  ///
  /// - Parameter split: The parts.
  /// - Returns: The reason, or nil where each part is computed as if it stood in the whole.
  public func coupling(of split: Split) -> String? {
    for spec in layers.compactMap(\.batchStatistics) {
      guard let size = spec.groupSize else {
        if split.sizes.count > 1 {
          return "batch normalisation takes its statistics from whatever is in a pass"
        }
        continue
      }
      if let part = split.parts.first(where: { !$0.lowerBound.isMultiple(of: size) }) {
        return "ghost groups of \(size) are cut where a part begins at \(part.lowerBound)"
      }
    }
    return nil
  }
}
