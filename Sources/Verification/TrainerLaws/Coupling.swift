import TrainingCore

extension ModelSpec {
  /// Why the loss and gradient of a batch's parts don't add up to the batch's.
  ///
  /// A normalising layer takes its statistics from a group of consecutive samples. If every part
  /// begins where a group begins, the parts have the groups of the whole.
  ///
  /// - Parameter split: The parts.
  /// - Returns: The reason, or nil where they do add up.
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
