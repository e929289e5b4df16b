import TrainingCore

/// What laws are checked on: someone's model, data and batch.
public struct Subject: Sendable {
  /// Model, optimizer and seed; schedule and batch size play no part but for the learning rate.
  public let configuration: RunConfiguration
  /// The state that the model is in, such as its initial one.
  public let state: ModelState
  /// The data.
  public let examples: Examples
  /// The batch, as indices into the data.
  public let batch: [Int]
  /// What the batch is cut into.
  public let splits: [Split]
  /// The threads that a trainer may use, or nil for as many as there are processors.
  public let threads: Int?
  /// How far roundings may take loss and gradient of the whole batch.
  private let wholeAllowance = Memo<RoundingAllowance?>()

  /// Creates a subject.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer and seed.
  ///   - state: The state that the model is in, or nil for its initial one.
  ///   - examples: The data.
  ///   - batch: The batch, as indices into the data, at least one.
  ///   - splits: What the batch is cut into, each as large as the batch.
  ///   - threads: The threads that a trainer may use, or nil for as many as there are processors.
  public init(
    _ configuration: RunConfiguration, state: ModelState? = nil, examples: Examples, batch: [Int],
    splits: [Split] = [], threads: Int? = nil
  ) {
    precondition(splits.allSatisfy { $0.count == batch.count }, "the parts make the batch")
    self.configuration = configuration
    self.state =
      state
      ?? .initial(
        model: configuration.model, optimizer: configuration.optimizer, seed: configuration.seed)
    self.examples = examples
    self.batch = batch
    self.splits = splits
    self.threads = threads
  }

  /// The part of the batch in a range of its places.
  ///
  /// - Parameters:
  ///   - places: Places in the batch.
  ///   - epoch: The epoch that dropout masks are drawn for.
  /// - Returns: The samples there.
  public func part(_ places: Range<Int>, epoch: Int = 0) -> Batch {
    Batch(batch[places], of: examples, epoch: epoch)
  }

  /// The whole batch.
  ///
  /// - Parameter epoch: The epoch that dropout masks are drawn for.
  /// - Returns: All of its samples.
  public func whole(epoch: Int = 0) -> Batch { part(0..<batch.count, epoch: epoch) }

  /// How far roundings may take loss and gradient of the whole batch, in any order of them; nil
  /// where that isn't known.
  func allowance() throws(ModelError) -> RoundingAllowance? {
    try wholeAllowance.value { () throws(ModelError) in try RoundingAllowance(self, whole()) }
  }
}
