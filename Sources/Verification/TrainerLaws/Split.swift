import TrainingCore

/// A batch cut into parts (micro-batches), one after the other.
public struct Split: Hashable, Sendable, CustomStringConvertible {
  /// Samples of each part.
  public let sizes: [Int]

  /// Creates a split into at least one part, each of at least one sample.
  public init(sizes: [Int]) {
    precondition(!sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "no part is empty")
    self.sizes = sizes
  }

  /// Cuts a batch of N samples into k equal parts; nil where k doesn't divide N.
  public init?(_ count: Int, equalParts parts: Int) {
    guard parts > 0, count >= parts, count.isMultiple(of: parts) else { return nil }
    self.init(sizes: Array(repeating: count / parts, count: parts))
  }

  /// The samples of the whole batch, N.
  public var count: Int { sizes.reduce(0, +) }

  /// Whether all parts have the same size.
  public var isEqual: Bool { Set(sizes).count == 1 }

  /// The places of each part in the batch.
  public var parts: [Range<Int>] { sizes.ranges }

  /// `4 × 64` for equal parts, `100 + 156` for others; of many, the first and the last.
  public var description: String {
    if isEqual { return "\(sizes.count) × \(sizes[0])" }
    let words = sizes.map(String.init)
    let shown = words.count > 4 ? words.prefix(2) + ["…"] + words.suffix(1) : words[...]
    return shown.joined(separator: " + ")
  }
}

extension [Int] {
  /// The places of pieces of these sizes that lie one after the other.
  var ranges: [Range<Int>] {
    var start = 0
    return map { size in
      defer { start += size }
      return start..<start + size
    }
  }
}

extension ModelSpec {
  /// Why the parts of a batch are not computed as in the whole batch; nil where they are.
  ///
  /// A normalising layer takes its statistics from a group of samples that stand side by side. If
  /// every part begins where a group begins, the parts have the groups of the whole.
  public func coupling(of split: Split) -> String? {
    guard split.sizes.count > 1 else { return nil }
    for spec in layers.compactMap(\.batchStatistics) {
      guard let size = spec.groupSize else {
        return "batch normalisation takes its statistics from whatever is in a pass"
      }
      if let part = split.parts.first(where: { !$0.lowerBound.isMultiple(of: size) }) {
        return "ghost groups of \(size) are cut where a part begins at \(part.lowerBound)"
      }
    }
    return nil
  }
}
