import Foundation
import TrainingCore

/// Equal parts of a subject's batch that a law can be measured on in a second or two.
struct LawParts {
  /// Neighbouring places in the batch, from its first one.
  let parts: [Range<Int>]
  /// Why there are none, where there are none.
  let reason: String?

  /// All the parts' places.
  var whole: Range<Int> { 0..<(parts.last?.upperBound ?? 0) }
}

extension Subject {
  /// The batch's first samples in equal parts.
  ///
  /// A law that holds for a batch holds for its beginning, and a few samples show it; of a layer
  /// that couples samples, a part has whole groups.
  ///
  /// - Parameters:
  ///   - count: As many parts, if the batch has enough samples, but at least two.
  ///   - size: As many samples each at most, where nothing couples them.
  /// - Returns: The parts, or the reason why there are none.
  func equalParts(count: Int, size: Int) -> LawParts {
    var group: Int?
    for spec in configuration.model.layers.compactMap(\.batchStatistics) {
      guard let size = spec.groupSize else {
        return LawParts(
          parts: [], reason: "batch normalisation over a whole part makes each part's loss another")
      }
      group = max(group ?? 0, size)
    }
    let size = group ?? max(1, min(size, batch.count / count))
    let parts = min(count, batch.count / size)
    guard parts >= 2 else {
      return LawParts(
        parts: [], reason: "a batch of \(batch.count) has no two parts of \(size)")
    }
    return LawParts(
      parts: (0..<parts).map { $0 * size..<($0 + 1) * size }, reason: nil)
  }
}

extension Double {
  /// A few digits, for a line of text.
  var brief: String { String(format: "%.3g", self).replacing("-", with: "−") }
}
