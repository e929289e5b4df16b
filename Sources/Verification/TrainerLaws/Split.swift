/// A batch in parts, one after the other.
public struct Split: Hashable, Sendable, CustomStringConvertible {
  /// Samples of each part.
  public let sizes: [Int]

  /// Creates a split.
  ///
  /// - Parameter sizes: Samples of each part, at least one part and each at least 1.
  public init(sizes: [Int]) {
    precondition(!sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "no part is empty")
    self.sizes = sizes
  }

  /// Cuts a batch into equal parts.
  ///
  /// - Parameters:
  ///   - count: The samples of the batch, N.
  ///   - parts: The number of parts, k; nil comes out where it doesn't divide N.
  public init?(_ count: Int, equalParts parts: Int) {
    guard parts > 0, count >= parts, count.isMultiple(of: parts) else { return nil }
    self.init(sizes: Array(repeating: count / parts, count: parts))
  }

  /// The samples of the whole batch, N.
  public var count: Int { sizes.reduce(0, +) }

  /// Whether all parts have the same size.
  public var isEqual: Bool { Set(sizes).count == 1 }

  /// The places of each part in the batch.
  public var parts: [Range<Int>] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return start..<start + size
    }
  }

  /// `4 × 64` for equal parts, `100 + 156` for others; of many, the first and the last.
  public var description: String {
    if isEqual { return "\(sizes.count) × \(sizes[0])" }
    let words = sizes.map(String.init)
    let shown = words.count > 4 ? words.prefix(2) + ["…"] + words.suffix(1) : words[...]
    return shown.joined(separator: " + ")
  }
}
