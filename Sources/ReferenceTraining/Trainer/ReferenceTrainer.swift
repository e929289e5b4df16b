/// The readable trainer: what batch size does, in plain loops.
///
/// It refuses threads, SIMD types, unsafe pointers, and any other order of a sum than the arithmetic
/// contract's. Its speed comes from the order of its loops: the innermost runs over neighbours in
/// memory, and the compiler takes several at once. Only `Matrix.transposed` goes by blocks for the
/// sake of the cache. All of it is an evening's reading, in this order:
///
/// 1. `Numbers/Scalar.swift`, `Matrix`, `Parameters`: what everything is written in.
/// 2. `Layers/Dense.swift`, `Activation` and `SoftmaxCrossEntropy`, which make a perceptron; `Loss` and
///    `BinaryCrossEntropy`; `Dropout`, `BatchNorm`, `GroupNorm`; of images `Numbers/Tensor4D.swift`,
///    `Convolution`, `Pool`, `AveragePool`, `MaxPool`, `Residual`. Forward, then backward with its
///    equation.
/// 3. `Trainer/ReferenceTrainer+Passes.swift`: how layers make a forward and a backward pass.
/// 4. `Optimizers/GradientClipping.swift`, `Optimizer`, `SGD`, `Adam`, `AdamW`, `RMSprop`: what
///    becomes of a gradient.
/// 5. This file, which holds it all together, and `Trainer/ReferenceTrainer+Trainer.swift`: what a
///    training run asks of it.
///
/// An appendix in `Numbers/`: `Scalar+FloatingPoint`, and the contract's `ElementaryFunctions`,
/// `Exponential`, `Logarithm` and `HyperbolicTangent`.
///
/// Dimensions everywhere: N batch, I inputs, O outputs, C channels or features, H and W an image's
/// height and width, K a kernel's or window's. x enters a layer, y leaves it, z are the logits, L is
/// the sum of the losses. A gradient lies as what it is the gradient of.
import TrainingCore

/// Trains a model with any `Scalar`; with `Float`, by the bits of the arithmetic contract.
public struct ReferenceTrainer<S: Scalar>: Sendable {
  /// The model that is trained.
  public let model: ModelSpec
  let layout: ParameterLayout
  /// The shape of one image before each layer, and after the last.
  let shapes: [ImageShape]
  /// How many layers before each one learn something: its place in `parameters`, if it is one of them.
  let parameterPlaces: [Int]
  /// How many layers before each one normalise: its place in `statistics`, if it is one of them.
  let statisticsPlaces: [Int]
  let optimizer: OptimizerSpec
  let clipNorm: Double?
  let seed: UInt64

  /// What each dense, convolution or normalising layer learns, in the order of the layers.
  ///
  /// They may be set, to matrices of the same extents: to give them derivatives, or other values
  /// than a `Float` has.
  public var parameters: [Parameters<S>]
  /// Gradients of the summed loss that were accumulated since the last step, as `parameters`.
  public internal(set) var gradients: [Parameters<S>]
  /// The sum of the weights of the samples in `gradients`; zero where classes have none.
  var weightSum = S.zero
  /// Running statistics of each normalising layer, in the order of the layers.
  var statistics: [BatchNorm.MovingStatistics<S>]
  /// The batch statistics that each normalising layer's running ones took in last.
  var latest: [BatchNorm.MovingStatistics<S>]
  /// The optimizer's first slot, as `parameters`; empty where the optimizer has none.
  var firstSlot: [Parameters<S>]
  /// The optimizer's second slot, likewise.
  var secondSlot: [Parameters<S>]
  /// Steps taken since the initial weights.
  public internal(set) var steps: Int
  var batchesTracked: Int

  /// Creates a trainer in a given state, by default `ModelState.initial`; throws what
  /// `ModelSpec.shapes()` throws.
  public init(_ configuration: RunConfiguration, state: ModelState? = nil) throws(ModelError) {
    model = configuration.model
    layout = ParameterLayout(of: configuration.model)
    shapes = try configuration.model.shapes()
    let learning = Set(layout.parameters.map(\.layer))
    let normalising = Set(layout.statistics.map(\.layer))
    parameterPlaces = (0...model.layers.count).map { layer in learning.count { $0 < layer } }
    statisticsPlaces = (0...model.layers.count).map { layer in normalising.count { $0 < layer } }
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
    firstSlot =
      state.slots.isEmpty ? unused : Parameters.pairs(state.slots[0], of: layout.parameters)
    secondSlot =
      state.slots.count < 2 ? unused : Parameters.pairs(state.slots[1], of: layout.parameters)
    steps = state.steps
    batchesTracked = state.batchesTracked
  }

  /// How many of `parameters` belong to frozen layers.
  var frozenParameters: Int { parameterPlaces[model.frozenLayers] }

  /// Runs inputs [N, I] with labels [N] forward and backward in training mode and adds to `gradients`;
  /// `samples` [N] are indices in the data set, which dropout's masks depend on, as on the epoch.
  public mutating func accumulateGradient(
    inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int
  ) -> LossResult<S> {
    let trace = forward(inputs, samples: samples, epoch: epoch)
    let loss = model.evaluateLoss(logits: trace.outputs, labels: labels)
    propagate(loss.gradient, back: trace)
    for weight in loss.weights { weightSum = weightSum + weight }
    return loss
  }

  /// Moves the weights against the gradient accumulated over `batchSize` samples, B, and clears it; 1/B
  /// is one factor, applied here, and where classes have weights, their sum takes the place of B.
  public mutating func step(learningRate: Double, batchSize: Int) {
    steps += 1
    let divisor = weightSum == .zero ? S(Double(batchSize)) : weightSum
    weightSum = .zero
    let factor = GradientClipping.factor(of: gradients, divisor: divisor, limit: clipNorm)
    for index in frozenParameters..<parameters.count {
      optimizer.step(
        &parameters[index].weight, first: &firstSlot[index].weight,
        second: &secondSlot[index].weight, gradientSum: gradients[index].weight, factor: factor,
        learningRate: learningRate, t: steps)
      optimizer.step(
        &parameters[index].bias, first: &firstSlot[index].bias, second: &secondSlot[index].bias,
        gradientSum: gradients[index].bias, factor: factor, learningRate: learningRate, t: steps)
      gradients[index].clear()
    }
  }

  /// Runs a batch forward in training mode, without a gradient; the running statistics take it in only
  /// where asked to.
  public mutating func trainingOutcome(
    inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int, updatesAverages: Bool
  ) -> LossResult<S> {
    let before = (statistics, latest, batchesTracked)
    let trace = forward(inputs, samples: samples, epoch: epoch)
    if !updatesAverages { (statistics, latest, batchesTracked) = before }
    return model.evaluateLoss(logits: trace.outputs, labels: labels)
  }

  /// Runs inputs [N, I] forward in inference mode, without dropout and by running statistics, to the
  /// last layer's outputs [N, classes].
  public func outputs(for inputs: Matrix<S>) -> Matrix<S> {
    var trace = Trace(activations: [inputs])
    for index in model.layers.indices { trace.activations.append(output(ofLayer: index, trace)) }
    return trace.outputs
  }

  /// Runs inputs [N, I] forward in inference mode and compares with their labels [N].
  public func evaluate(inputs: Matrix<S>, labels: [UInt8]) -> LossResult<S> {
    model.evaluateLoss(logits: outputs(for: inputs), labels: labels)
  }
}
