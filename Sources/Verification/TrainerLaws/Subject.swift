import ReferenceTraining
import Synchronization
import TrainingCore

/// A model with its weights, data and a batch, which laws are checked on.
public struct Subject: Sendable {
  /// Model, optimizer and seed; of the schedule only the base rate plays a part.
  public let configuration: RunConfiguration
  /// The weights and optimizer state that trainers start from.
  public let state: ModelState
  /// The data.
  public let examples: Examples
  /// The batch, as indices into the data.
  public let batch: [Int]
  /// The ways of cutting the batch that laws of splitting are asked about.
  public let splits: [Split]
  /// The threads that a trainer may use, or nil for as many as there are processors.
  public let threads: Int?
  /// The whole batch's rounding allowance, or why there is none, once it has been asked for.
  private let wholeAllowance = Cache()

  /// Creates a subject, by default in the model's initial state; the batch has at least one sample, and
  /// each split is as large as the batch.
  public init(
    _ configuration: RunConfiguration, state: ModelState? = nil, examples: Examples, batch: [Int],
    splits: [Split] = [], threads: Int? = nil
  ) {
    precondition(splits.allSatisfy { $0.count == batch.count }, "the parts make the batch")
    self.configuration = configuration
    let (model, optimizer) = (configuration.model, configuration.optimizer)
    self.state = state ?? .initial(model: model, optimizer: optimizer, seed: configuration.seed)
    self.examples = examples
    self.batch = batch
    self.splits = splits
    self.threads = threads
  }

  /// The samples in a range of the batch's places; `epoch` is that which dropout masks are drawn for.
  public func part(_ places: Range<Int>, epoch: Int = 0) -> Batch {
    Batch(batch[places], of: examples, epoch: epoch)
  }

  /// All samples of the batch; `epoch` is that which dropout masks are drawn for.
  public func whole(epoch: Int = 0) -> Batch { part(0..<batch.count, epoch: epoch) }

  var singles: [Batch] { batch.indices.map { part($0..<$0 + 1) } }

  /// Makes a trainer, by default at the subject's weights.
  func trainer<T: GradientTrainer>(
    _ type: T.Type, _ configuration: RunConfiguration? = nil, state: ModelState? = nil
  ) throws(ModelError) -> T {
    try T(configuration ?? self.configuration, state: state ?? self.state, threads: threads)
  }

  /// Makes a reference trainer over any numbers with plain gradient descent, by default at the subject's
  /// weights.
  func referenceTrainer<S>(
    at parameters: [Tensor]? = nil
  ) throws(ModelError) -> ReferenceTrainer<S> {
    var configuration = configuration
    configuration.optimizer = .sgd(SGDSpec())
    configuration.clipNorm = nil
    var state = configuration.coldState(state)
    state.parameters = parameters ?? state.parameters
    return try ReferenceTrainer(configuration, state: state)
  }

  /// The subject's weights with an optimizer that has taken no step.
  var coldState: ModelState { configuration.coldState(state) }

  /// How far roundings may take loss and gradient of the whole batch, in any order of them.
  ///
  /// Computed once; throws `NotApplicable` where that isn't known.
  func allowance() throws -> RoundingAllowance {
    let known = wholeAllowance.value.withLock { $0 }
    let result = known ?? Result { try RoundingAllowance(self, whole()) }
    wholeAllowance.value.withLock { $0 = result }
    return try result.get()
  }

  private final class Cache: Sendable {
    let value = Mutex<Result<RoundingAllowance, any Error>?>(nil)
  }
}

// What laws need of a model and optimizer.
extension Subject {
  /// Requires that the parts of a split are computed as in the whole batch.
  func requireUncoupled(_ split: Split) throws(NotApplicable) {
    if let reason = configuration.model.coupling(of: split) { throw NotApplicable(reason) }
  }

  /// Requires that a step divides by the number of samples.
  func requireUnweighted() throws(NotApplicable) {
    try require(
      !configuration.model.isWeighted,
      "class weights: a step divides by the weights of its labels, not by their number")
  }

  func requireDescent() throws(NotApplicable) -> SGDSpec {
    try requireUnweighted()
    guard case .sgd(let spec) = configuration.optimizer else {
      throw NotApplicable(
        "not applicable to \(configuration.optimizer.name), whose steps don't grow with the gradient"
      )
    }
    return spec
  }

  /// Requires Adam or AdamW, with β between 0 and 1.
  func requireAdam() throws(NotApplicable) -> AdamSpec {
    try requireUnweighted()
    guard let spec = configuration.optimizer.adamSpec else {
      throw NotApplicable("the optimizer is \(configuration.optimizer.name)")
    }
    let isBetween = [spec.beta1, spec.beta2].allSatisfy { 0 <= $0 && $0 < 1 }
    try require(isBetween, "β isn't between 0 and 1")
    return spec
  }

  /// Requires plain gradient descent; the reason says where to read on.
  func requirePlainDescent() throws(NotApplicable) {
    let spec = try requireDescent()
    try require(spec.momentum == 0, "momentum from a cold start: see “momentum scaling”")
    try require(spec.weightDecay == 0, "weight decay shrinks by steps: see “weight decay”")
    try require(configuration.clipNorm == nil, "gradients are clipped: see “clipping”")
  }
}

extension ModelSpec {
  /// Whether classes have weights.
  var isWeighted: Bool { crossEntropy?.classWeights.isEmpty == false }
}

extension Subject {
  /// What a step on some parts divides by, with its roundings in `Float`: the number of samples, or
  /// where classes have weights, the sum of their labels' weights.
  func divisor(of parts: [Range<Int>]) -> ErrorBound {
    let labels = parts.flatMap { part($0).labels }
    guard configuration.model.isWeighted, let spec = configuration.model.crossEntropy else {
      return .exact(Double(labels.count))
    }
    return labels.reduce(.zero) { $0 + ErrorBound(spec.classWeights[Int($1)]) }
  }
}

// Samples that a law can be measured on in a second or two.
extension Subject {
  /// At most `count` equal parts, but at least two, of the batch's first samples, for laws that compare
  /// parts with their whole.
  ///
  /// Where nothing couples samples, a part has at most `size` of them; otherwise it has whole groups.
  func equalParts(count: Int, size: Int) throws(NotApplicable) -> [Range<Int>] {
    let groups = configuration.model.layers.compactMap(\.batchStatistics).map(\.groupSize)
    try require(
      !groups.contains(nil), "batch normalisation over a whole part makes each part's loss another")
    let size = groups.compactMap(\.self).max() ?? max(1, min(size, batch.count / count))
    let parts = min(count, batch.count / size)
    try require(parts >= 2, "a batch of \(batch.count) has no two parts of \(size)")
    return (0..<parts).map { $0 * size..<($0 + 1) * size }
  }

  /// So many parts for laws of steps, each for one pass; the last may be there more than once.
  ///
  /// A layer that couples a part's samples doesn't matter to a step, if only it has enough of them to
  /// normalise by.
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
