import TrainingCore

/// A model's stages, the arrays that they work on, and the team that works.
///
/// Everything is allocated here, once for the largest batch; a training step allocates nothing.
/// One caller uses a network at a time, which `OptimizedTrainer` sees to. Within a piece of work,
/// members write to different parts of an array, or to one that others read only after the next
/// barrier; that is what makes it safe to send.
final class Network: @unchecked Sendable {
  let model: ModelSpec
  let layout: ParameterLayout
  let optimizer: OptimizerSpec
  let clipNorm: Double?
  let team: Team
  /// The input, and behind it a stage for each layer that isn't elementwise.
  let stages: [Stage]
  /// What each dense or normalising layer learns, in the order of the layers.
  let parameters: [Parameters]
  /// The normalising layers in their order.
  let norms: [BatchNorm]
  /// The squares of each tensor's gradient, folded down its columns; empty without clipping.
  let squares: [PanelMatrix]
  /// The first stage that learns: nobody asks for gradients before it.
  let firstLearned: Int
  /// Whether a single sample's step can be merged with its backward pass: all stages are dense, and
  /// the first one takes the images as they are.
  let allowsSweeps: Bool
  /// Steps taken since the initial weights.
  var steps: Int
  /// Batches that went into the moving averages.
  var batchesTracked: Int
  /// Whether gradients were accumulated since the last step.
  var hasGradient = false

  /// The samples that there is room for, a multiple of sixteen.
  private(set) var capacity = 0
  /// The batch that is worked on.
  private(set) var batch = BatchBuffer(capacity: 0)
  /// What the team does.
  var task = Task.forward

  /// A piece of work.
  enum Task {
    /// Forward in inference mode.
    case forward
    /// Forward in inference mode, and the loss.
    case evaluate
    /// Forward in training mode, and the loss.
    case score
    /// Forward and backward in training mode, the gradient being added to what is stored.
    case accumulate
    /// Forward and backward in training mode, and a step of the optimizer with that gradient alone.
    case train(OptimizerStep)
    /// The squares of the stored gradient.
    case square
    /// A step of the optimizer with the stored gradient.
    case apply(OptimizerStep)
  }

  /// Builds the stages of a model and takes over a state.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer, clipping and seed.
  ///   - state: The state to start from.
  ///   - team: Who works.
  init(_ configuration: RunConfiguration, state: ModelState, team: Team) {
    model = configuration.model
    layout = ParameterLayout(of: configuration.model)
    optimizer = configuration.optimizer
    clipNorm = configuration.clipNorm
    self.team = team
    steps = state.steps
    batchesTracked = state.batchesTracked
    let stages = Self.stages(of: configuration)
    self.stages = stages
    parameters = stages.compactMap { stage in
      switch stage.head {
      case .input: nil
      case .dense(let parameters): parameters
      case .batchNorm(let norm): norm.parameters
      }
    }
    allowsSweeps =
      stages.count > 1 && stages[0].activations.isEmpty
      && stages.dropFirst().allSatisfy { if case .dense = $0.head { true } else { false } }
    norms = stages.compactMap { stage in
      if case .batchNorm(let norm) = stage.head { norm } else { nil }
    }
    squares =
      configuration.clipNorm == nil
      ? []
      : parameters.flatMap { [$0.weight, $0.bias] }.map {
        PanelMatrix(rows: 1, columns: $0.values.columns)
      }
    firstLearned = stages.count > 1 ? 1 : 0
    for norm in norms { norm.parameters.reserveGradients() }
    load(state)
  }

  /// Makes the arrays of gradients, before a task that stores them.
  func prepareGradients() {
    for parameters in parameters { parameters.reserveGradients() }
  }

  private static func stages(of configuration: RunConfiguration) -> [Stage] {
    let slots = configuration.optimizer.slotNames.count
    var features = configuration.model.input.count
    var stages = [Stage(.input, features: features)]
    for (index, layer) in configuration.model.layers.enumerated() {
      switch layer {
      case .dense(let inputs, let outputs):
        features = outputs
        let parameters = Parameters(
          weight: LearnedTensor(rows: inputs, columns: outputs, slots: slots),
          bias: LearnedTensor(rows: 1, columns: outputs, slots: slots))
        stages.append(Stage(.dense(parameters), features: features))
      case .batchNorm(let spec):
        stages.append(Stage(.batchNorm(BatchNorm(spec, slots: slots)), features: features))
      case .relu: stages[stages.count - 1].append(.relu)
      case .tanh: stages[stages.count - 1].append(.tanh)
      case .dropout(let rate):
        let numbers = RandomLanes(seed: configuration.seed, purpose: .dropout, layer: index)
        stages[stages.count - 1].append(.dropout(Dropout(rate: rate), numbers))
      case .convolution, .averagePool, .maxPool, .globalAveragePool, .relu6, .residual:
        preconditionFailure("refused by OptimizedTrainer.init")
      }
    }
    return stages
  }

  /// Makes room for a batch of so many samples.
  func reserve(_ samples: Int) {
    guard samples > capacity else { return }
    let width = Lanes.scalarCount
    capacity = (samples + width - 1) / width * width
    for (index, stage) in stages.enumerated() {
      stage.reserve(samples: capacity, hasGradient: index >= firstLearned)
    }
    batch = BatchBuffer(capacity: capacity)
  }

  /// The last layer's outputs, [N, classes].
  var logits: PanelMatrix { stages[stages.count - 1].output }
}
