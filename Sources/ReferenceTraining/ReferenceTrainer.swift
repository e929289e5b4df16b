/// The readable trainer: what batch size does, in plain loops.
///
/// It refuses threads, SIMD types, unsafe pointers and every trick that would hide a formula. Its
/// speed comes from the order of its loops alone. Read in this order:
///
/// 1. `Scalar.swift`, `Matrix.swift`, `Parameters.swift`: the numbers and the tables that everything
///    is written in.
/// 2. `Dense.swift`, then `Convolution`, `AveragePool`, `MaxPool`, `ReLU`, `ReLU6`, `Tanh`,
///    `Residual`, `Dropout`, `BatchNorm`, `SoftmaxCrossEntropy`, `BinaryCrossEntropy`: a layer a
///    file, forward, and behind it backward with its equation.
/// 3. `ReferenceTrainer+Forward.swift`, `ReferenceTrainer+Backward.swift`: how layers make a forward
///    and a backward pass.
/// 4. `Optimizer`, `SGD`, `Adam`, `RMSprop`, `GradientClipping`: what becomes of a gradient.
/// 5. This file, which holds it all together.
///
/// Dimensions everywhere: N batch, I inputs, O outputs, C features or channels, H and W an image's
/// height and width, K a kernel's.
import TrainingCore

/// Trains a model with any `Scalar`; with `Float`, by the bits of the arithmetic contract.
public struct ReferenceTrainer<S: Scalar>: Sendable {
  /// The model that is trained.
  public let model: ModelSpec
  let layout: ParameterLayout
  /// The shape of one image before each layer, and behind the last.
  let shapes: [ImageShape]
  let optimizer: OptimizerSpec
  let clipNorm: Double?
  let seed: UInt64

  /// What each dense or normalising layer learns, in the order of the layers.
  ///
  /// They may be set, to matrices of the same extents: to give them derivatives, or other values
  /// than a `Float` has.
  public var parameters: [Parameters<S>]
  /// Gradients of the summed loss that were accumulated since the last step, as `parameters`.
  public internal(set) var gradients: [Parameters<S>]
  /// Moving averages of each normalising layer, in the order of the layers.
  var statistics: [BatchNorm.MovingStatistics<S>]
  /// What each normalising layer's averages took in last, as `statistics`.
  var latest: [BatchNorm.MovingStatistics<S>]
  /// The optimizer's first slot, as `parameters`; empty where the optimizer has none.
  var firstSlot: [Parameters<S>]
  /// The optimizer's second slot, likewise.
  var secondSlot: [Parameters<S>]
  /// Steps taken since the initial weights.
  public internal(set) var steps: Int
  var batchesTracked: Int

  /// Creates a trainer for a configuration, in a given state.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer, clipping and seed; the rest is the run's business.
  ///   - state: The state to start from, `ModelState.initial` by default.
  /// - Throws: What `ModelSpec.shapes()` throws.
  public init(
    _ configuration: RunConfiguration, state: ModelState? = nil
  ) throws(ModelError) {
    model = configuration.model
    layout = ParameterLayout(of: configuration.model)
    shapes = try configuration.model.shapes()
    optimizer = configuration.optimizer
    clipNorm = configuration.clipNorm
    seed = configuration.seed
    let state =
      state
      ?? .initial(model: configuration.model, optimizer: optimizer, seed: configuration.seed)
    parameters = Parameters.pairs(state.parameters, of: layout.parameters)
    gradients = parameters.map(\.zeros)
    statistics = Parameters.pairs(state.statistics, of: layout.statistics).map {
      BatchNorm.MovingStatistics(mean: $0.weight, variance: $0.bias)
    }
    latest = statistics
    let none = Matrix<S>(rows: 0, columns: 0)
    let unused = parameters.map { _ in Parameters(weight: none, bias: none) }
    let specs = layout.parameters
    let slots = state.slots.map { Parameters<S>.pairs($0, of: specs) }
    firstSlot = slots.first ?? unused
    secondSlot = slots.count > 1 ? slots[1] : unused
    steps = state.steps
    batchesTracked = state.batchesTracked
  }

  /// Moves the weights against the accumulated gradient and clears it.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate η.
  ///   - batchSize: The samples that went into the gradient, B; 1/B is one factor, applied here.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public mutating func step(learningRate: Double, batchSize: Int) {
    steps += 1
    let factor = GradientClipping.factor(of: gradients, batchSize: batchSize, limit: clipNorm)
    for index in frozenParameters..<parameters.count {
      optimizer.step(
        &parameters[index].weight, first: &firstSlot[index].weight,
        second: &secondSlot[index].weight, gradientSum: gradients[index].weight, factor: factor,
        learningRate: learningRate, t: steps)
      optimizer.step(
        &parameters[index].bias, first: &firstSlot[index].bias, second: &secondSlot[index].bias,
        gradientSum: gradients[index].bias, factor: factor, learningRate: learningRate, t: steps)
      gradients[index].weight.clear()
      gradients[index].bias.clear()
    }
  }
}
