/// Everything that decides the bits of a training run, apart from the data itself.
public struct RunConfiguration: Codable, Hashable, Sendable {
  /// The model.
  public var model: ModelSpec
  /// The optimizer.
  public var optimizer: OptimizerSpec
  /// The learning rate over time, before scaling by batch size.
  public var schedule: LearningRateSchedule
  /// How the rate follows the batch size; `withScaledOptimizer` scales the rest of the optimizer.
  public var scaling: LearningRateScaling = .none
  /// The batch size for which the rate was chosen.
  public var baseBatchSize = 64
  /// Samples per step, until `batchSizeSchedule` says otherwise.
  public var batchSize: Int
  /// Other batch sizes after so many epochs, in ascending order; nil for none.
  ///
  /// A batch that grows takes the place of a learning rate that decays (Smith, Kindermans, Ying & Le
  /// 2018, "Don't Decay the Learning Rate, Increase the Batch Size").
  public var batchSizeSchedule: [BatchSizeChange]?
  /// Samples of a forward and backward pass, whose gradients are accumulated until a batch is whole; nil
  /// for whole batches.
  ///
  /// It changes a bit only where layers couple samples: batch normalisation, unless its ghost groups
  /// divide the micro-batches.
  public var microBatchSize: Int?
  /// Whether a shorter last batch is left out.
  public var dropsLast = false
  /// The largest norm of the mean gradient over all parameters, or nil for no clipping.
  public var clipNorm: Double?
  /// Whether each epoch has an order of its own; otherwise the data's.
  public var shuffles = true
  /// The seed of initial weights, orders and masks.
  public var seed: UInt64

  /// Creates a configuration; the properties that aren't given have their usual defaults.
  public init(
    model: ModelSpec, optimizer: OptimizerSpec, schedule: LearningRateSchedule, batchSize: Int,
    seed: UInt64
  ) {
    self.model = model
    self.optimizer = optimizer
    self.schedule = schedule
    self.batchSize = batchSize
    self.seed = seed
  }

  /// The batch size of an epoch, from 0.
  public func batchSize(inEpoch epoch: Int) -> Int {
    batchSizeSchedule?.last { $0.epochs <= epoch }?.batchSize ?? batchSize
  }

  /// Goes on with another batch size after so many epochs, until the next change that is scheduled.
  public mutating func change(batchSize: Int, afterEpochs epochs: Int) {
    guard epochs > 0 else { return self.batchSize = batchSize }
    let others = (batchSizeSchedule ?? []).filter { $0.epochs != epochs }
    let change = BatchSizeChange(epochs: epochs, batchSize: batchSize)
    batchSizeSchedule = (others + [change]).sorted { $0.epochs < $1.epochs }
  }

  /// The configuration of an epoch, from 0, by itself: with its batch size, and no other.
  public func inEpoch(_ epoch: Int) -> RunConfiguration {
    var configuration = self
    configuration.batchSize = batchSize(inEpoch: epoch)
    configuration.batchSizeSchedule = nil
    return configuration
  }

  /// The batches of one epoch, from 0, over `count` training samples: a function of these alone.
  public func plan(epoch: Int, count: Int) -> BatchPlan {
    let order =
      shuffles ? Permutation.random(count: count, seed: seed, epoch: epoch) : Array(0..<count)
    return BatchPlan(
      order: order, batchSize: batchSize(inEpoch: epoch), dropsLast: dropsLast)
  }

  /// The factor on the schedule's rate for this batch size.
  public var scalingFactor: Double {
    scaling.factor(batchSize: batchSize, baseBatchSize: baseBatchSize)
  }

  /// Checks that so many samples can be trained on: that a batch is left, and that each batch has a
  /// variance to normalise by, at every batch size of the run.
  public func validate(count: Int) throws(RunError) {
    for epoch in [0] + (batchSizeSchedule ?? []).map(\.epochs) {
      try inEpoch(epoch).validateBatches(count: count)
    }
  }

  private func validateBatches(count: Int) throws(RunError) {
    let least = min(batchSize, baseBatchSize, microBatchSize ?? batchSize)
    guard least > 0 else { throw .batchSize(least) }
    guard count > 0, !dropsLast || count >= batchSize else {
      throw .noBatch(samples: count, batchSize: batchSize)
    }
    let (fullBatches, rest) = count.quotientAndRemainder(dividingBy: batchSize)
    var sizes = fullBatches > 0 ? [batchSize] : []
    if rest > 0, !dropsLast { sizes.append(rest) }
    if let microBatchSize {
      sizes = sizes.flatMap { [min($0, microBatchSize), $0 % microBatchSize] }.filter { $0 > 0 }
    }
    let shapes = (try? model.shapes()) ?? []
    for (layer, shape) in zip(model.layers, shapes) where shape.positions == 1 {
      guard let spec = layer.batchStatistics else { continue }
      if sizes.contains(where: { $0 == 1 || $0 % (spec.groupSize ?? $0) == 1 }) {
        throw .groupOfOne(
          samples: count, batchSize: batchSize, microBatchSize: microBatchSize,
          groupSize: spec.groupSize)
      }
    }
  }
}

/// A batch size that a run goes on with.
public struct BatchSizeChange: Codable, Hashable, Sendable {
  /// The whole epochs before it, at least one.
  public var epochs: Int
  /// Samples per step from there on.
  public var batchSize: Int

  /// Creates a change after so many epochs.
  public init(epochs: Int, batchSize: Int) {
    self.epochs = epochs
    self.batchSize = batchSize
  }
}

/// Why a run can't be made from its options and data.
public enum RunError: Error, Equatable, CustomStringConvertible {
  /// A batch size below one.
  case batchSize(Int)
  /// Fewer samples than one batch.
  case noBatch(samples: Int, batchSize: Int)
  /// Batch normalisation over a single sample.
  case groupOfOne(samples: Int, batchSize: Int, microBatchSize: Int? = nil, groupSize: Int?)

  /// A batch so much larger than the base that the square-root rule has no decay for it.
  case scaledDecay(batchSize: Int, baseBatchSize: Int)

  /// One line: what, where, what to do.
  public var description: String {
    switch self {
    case .batchSize(let size):
      "a batch size of \(size) is impossible: use 1 or more"
    case .noBatch(let samples, let batchSize):
      "\(samples) training images don't fill one batch of \(batchSize): use a smaller batch size"
    case .scaledDecay(let batchSize, let baseBatchSize):
      "the square-root rule has no decay 1 − κ(1 − β) for κ = \(batchSize)/\(baseBatchSize), which is "
        + "below 0: use a batch size nearer to the base, or a β nearer to 1"
    case .groupOfOne(let samples, let batchSize, let microBatchSize, let groupSize):
      "batch normalisation has no variance over one sample, and \(samples) images in batches of "
        + "\(batchSize)" + (microBatchSize.map { ", micro-batches of \($0)" } ?? "")
        + (groupSize.map { " and groups of \($0)" } ?? "")
        + " leave one alone: use another batch size"
    }
  }
}
