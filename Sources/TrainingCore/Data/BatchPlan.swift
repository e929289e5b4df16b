/// Which samples go into which mini-batch of one epoch.
public struct BatchPlan: Sendable {
  /// Sample indices in the order of the epoch.
  public let order: [Int]
  /// Samples per batch; the last batch may be shorter.
  public let batchSize: Int
  /// Whether a shorter last batch is left out.
  public let dropsLast: Bool

  /// Cuts an order into batches of at least one sample.
  package init(order: [Int], batchSize: Int, dropsLast: Bool = false) {
    precondition(batchSize > 0, "a batch has at least one sample")
    self.order = order
    self.batchSize = batchSize
    self.dropsLast = dropsLast
  }

  /// The number of batches.
  public var count: Int {
    let (full, rest) = order.count.quotientAndRemainder(dividingBy: batchSize)
    return dropsLast || rest == 0 ? full : full + 1
  }

  /// The samples of the batch at an index below `count`.
  public subscript(index: Int) -> ArraySlice<Int> {
    order[index * batchSize..<min((index + 1) * batchSize, order.count)]
  }
}
