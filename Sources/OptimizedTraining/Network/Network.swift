import TrainingCore

/// A model's stages, the arrays that they work on, and the team that does the work.
///
/// Everything is allocated here, once for the largest batch; a training step allocates nothing.
/// One caller uses a network at a time, which `OptimizedTrainer` sees to. Within a task, members write
/// to different parts of an array, or to one that others read only after the next barrier; that is
/// what makes it safe to send.
final class Network: @unchecked Sendable {
  let configuration: RunConfiguration
  let layout: ParameterLayout
  let team: Team
  /// The input, then a stage for each layer that isn't elementwise.
  let stages: [Stage]
  /// What each layer learns, in the order of the layers.
  let parameters: [Parameters]
  /// The tensors that aren't frozen.
  let learned: [LearnedTensor]
  /// The normalising layers.
  let norms: [BatchNorm]
  /// Whether training updates running statistics: some layer normalises by the batch's own.
  let tracksRunningStatistics: Bool
  /// Each tensor's squared gradient, folded down its columns, [1, columns]; none without clipping.
  let squares: [PanelMatrix]
  /// The first stage that learns, where gradients end; the number of stages, if none does.
  let firstLearned: Int
  /// Whether a single sample's step can be merged with its backward pass: all stages are dense and
  /// learn, and the first one takes the images as they are.
  let allowsSweeps: Bool
  /// Steps taken since the initial weights.
  var steps: Int
  /// Batches that went into the running statistics.
  var batchesTracked: Int
  /// Whether gradients were accumulated since the last step.
  var hasGradient = false
  /// The sum of the weights of the samples in the gradient; zero where classes have none.
  var weightSum: Float = 0
  let softmaxCrossEntropy: SoftmaxCrossEntropy

  /// The samples that arrays are allocated for, a multiple of sixteen.
  private(set) var capacity = 0
  /// The batch of the current task.
  private(set) var batch = BatchBuffer(capacity: 0)
  /// What the team is doing.
  var task = Task.evaluate(isTraining: false)

  enum Task {
    /// Forward in inference mode through some stages.
    case forward(Range<Int>)
    /// The moments of a normalising stage's input.
    case measure(PopulationStatistics)
    /// Forward in training or inference mode, and the loss.
    case evaluate(isTraining: Bool)
    /// Forward and backward in training mode, with gradient accumulation.
    case accumulate
    /// Forward and backward in training mode, and an optimizer step with that gradient alone.
    case train(OptimizerStep)
    /// The squares of the stored gradient.
    case square
    /// An optimizer step with the stored gradient.
    case apply(OptimizerStep)
  }

  /// Builds a model's stages, from one sample's shape before and after each layer, and loads a state.
  init(_ configuration: RunConfiguration, shapes: [ImageShape], state: ModelState, team: Team) {
    self.configuration = configuration
    layout = ParameterLayout(of: configuration.model)
    self.team = team
    softmaxCrossEntropy = SoftmaxCrossEntropy(
      configuration.model.crossEntropy, outputs: configuration.model.outputCount)
    steps = state.steps
    batchesTracked = state.batchesTracked
    let stages = StageList(configuration, shapes: shapes).stages
    self.stages = stages
    let frozen = configuration.model.frozenLayers
    let learns = { (stage: Stage) in stage.layer >= frozen && stage.parameters != nil }
    parameters = stages.compactMap(\.parameters)
    learned = stages.filter(learns).compactMap(\.parameters).flatMap(\.tensors)
    firstLearned = stages.firstIndex(where: learns) ?? stages.count
    allowsSweeps =
      stages.count > 1 && stages[0].activations.isEmpty && frozen == 0
      && stages.dropFirst().allSatisfy(\.isDense)
    norms = stages.compactMap { stage in
      if case .batchNorm(let norm) = stage.head { norm } else { nil }
    }
    tracksRunningStatistics = norms.contains { $0.spec.statistics == .batch }
    squares = (configuration.clipNorm == nil ? [] : parameters.flatMap(\.tensors)).map {
      PanelMatrix(rows: 1, columns: $0.values.columns)
    }
    for parameters in stages.compactMap(\.scaleAndShift) { parameters.reserveGradients() }
    load(state)
  }

  /// Allocates the gradients, before a task that stores them.
  func reserveGradients() {
    for parameters in parameters { parameters.reserveGradients() }
  }

  /// Allocates the arrays of a batch, unless they are large enough.
  func reserve(_ samples: Int) {
    guard samples > capacity else { return }
    let width = Lanes.scalarCount
    capacity = (samples + width - 1) / width * width
    for (index, stage) in stages.enumerated() {
      stage.reserve(
        samples: capacity, members: team.size, hasGradient: index >= firstLearned,
        isTransposed: stage.isDense || index + 1 < stages.count && stages[index + 1].isDense,
        previous: index > 0 ? stages[index - 1] : nil)
    }
    let weights = configuration.model.crossEntropy?.classWeights ?? []
    batch = BatchBuffer(capacity: capacity, classWeights: weights.map { Float($0) })
  }
}
