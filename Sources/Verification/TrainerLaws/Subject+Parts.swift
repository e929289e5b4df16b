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

  /// Samples for the laws of steps, each part one pass: the first parts of so many samples, the last
  /// of which may be there more than once.
  ///
  /// A step doesn't ask where its gradient comes from, so a layer that couples a part's samples
  /// doesn't matter, if only it has enough of them to normalise by.
  ///
  /// - Parameters:
  ///   - count: The number of parts.
  ///   - size: As many samples each, where nothing couples them.
  /// - Returns: Places in the batch.
  func passes(count: Int, size: Int) -> [Range<Int>] {
    let groups = configuration.model.layers.compactMap(\.batchStatistics).map { $0.groupSize ?? 2 }
    let size = min(max(size, groups.max() ?? 1), batch.count)
    return (0..<count).map {
      let start = min($0 * size, batch.count - size)
      return start..<start + size
    }
  }

  /// Multiplications of a forward pass over one sample.
  private var multiplications: Int { max(ModelCost(of: configuration.model).flops / 2, 1) }

  /// As many samples, eight at most, as rounding bounds are computed for in a second or two.
  var boundedSamples: Int { min(8, max(1, (1 << 26) / multiplications)) }

  /// The subject, or the beginning of its batch where rounding bounds for all of it would take much
  /// more than ten seconds, at some 60 ns a multiplication.
  ///
  /// Parts keep their proportions; those that would be empty are left out.
  func affordable() -> Subject {
    let count = min(batch.count, max(2, (1 << 28) / multiplications))
    guard count < batch.count else { return self }
    let splits = splits.map { split -> Split in
      var sizes = split.sizes.map { $0 * count / split.count }
      sizes[sizes.count - 1] += count - sizes.reduce(0, +)
      return Split(sizes: sizes.filter { $0 > 0 })
    }
    return Subject(
      configuration, state: state, examples: examples, batch: Array(batch.prefix(count)),
      splits: splits, threads: threads)
  }
}

extension Double {
  /// A few digits, for a line of text.
  var brief: String { String(format: "%.3g", self).replacing("-", with: "−") }
}
