/// The fast trainer: the same bits as the reference, many times sooner.
///
/// A training step goes from `OptimizedTrainer.train` to the network, its layers, the GEMM and the
/// micro-kernel, and back through the sink that hands each weight gradient to the optimizer. Read
/// the files in this order:
///
/// 1. `Memory`: `Lanes.swift` (sixteen numbers at a time), `PanelMatrix.swift` (how matrices lie in
///    memory), `Parameters.swift` (weights, optimizer slots and gradient of a tensor).
/// 2. `Network`: `Stage.swift` and `StageList.swift` (a model as stages), `BatchBuffer.swift` (the
///    mini-batch), `Network.swift`, `Network+Tasks.swift` (what a trainer asks for, and what each
///    thread does of it), `Network+Forward.swift`, `Network+Backward.swift`, `Network+State.swift`.
/// 3. `Layers`: `Dense.swift` first. `Activation.swift`, `Dropout.swift`, `BatchNorm.swift` with
///    `PopulationStatistics.swift`, `GroupNorm.swift`, `Residual.swift`, `SoftmaxCrossEntropy.swift`,
///    `BinaryCrossEntropy.swift` and `ElementaryFunctions.swift` are elementwise or nearly so.
///    `PatchGrid.swift`, `PatchBand.swift` and `Convolution.swift` make a convolution a GEMM;
///    `DepthwiseConvolution.swift` and `DepthwiseFold.swift` do one without. `Pool.swift`,
///    `AveragePool.swift` and `MaxPool.swift` share their windows.
/// 4. `GEMM`: `GEMM.swift` (the five loops), `Microkernel.swift` (a tile in registers),
///    `WeightGradient.swift` and `GradientSink.swift` (the third product, and where it goes).
///    `DenseProducts.swift` is for benchmarks.
/// 5. `Optimizers`: `Optimizer.swift`, then `SGD.swift`, `Adam.swift`, `AdamW.swift`,
///    `RMSprop.swift` and `GradientClipping.swift`.
/// 6. `Threads`: `SpinBarrier.swift`, `Team.swift`, `Member.swift` (threads that work in step, and
///    each one's share).
/// 7. `Network/SingleSample.swift`: what is different where a batch is one sample.
///
/// Each layer, optimizer and elementary function has a twin under the same name in the reference,
/// which says why it computes what it does; here it says how.
///
/// Dimensions everywhere: N batch, I inputs, O outputs, C features or channels, H and W an image's
/// height and width, KH and KW a kernel's, K the length of a contraction. Shapes are in memory
/// order of the logical array; every such array lies in panels of sixteen columns (`PanelMatrix`).
import Foundation
import Synchronization
import TrainingCore

/// Trains a model on several threads, with the bits of the arithmetic contract.
///
/// It is a value: a copy trains on its own. Copies share their memory until one of them changes.
public struct OptimizedTrainer: Sendable {
  /// The model that is trained.
  public var model: ModelSpec { configuration.model }
  /// The largest number of threads that work on a step, the caller's among them.
  public var threads: Int { shared.network.team.size }
  let configuration: RunConfiguration
  private let shapes: [ImageShape]
  private var shared: Shared

  /// A network that copies of a trainer share, and a lock that lets one caller use it at a time.
  private final class Shared: Sendable {
    let network: Network
    let turn = Mutex<Void>(())

    init(_ network: Network) { self.network = network }
  }

  /// Creates a trainer for a configuration, in a given state.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer, clipping and seed; the rest is the run's business.
  ///   - state: The state to start from, `ModelState.initial` by default.
  ///   - threads: The largest number of threads, by default as many as there are processors. It
  ///     changes the speed, not the result.
  /// - Throws: What `ModelSpec.shapes()` throws.
  public init(
    _ configuration: RunConfiguration, state: ModelState? = nil, threads: Int? = nil
  ) throws(ModelError) {
    let size = max(threads ?? ProcessInfo.processInfo.activeProcessorCount, 1)
    try self.init(configuration, state: state, team: .shared(size: size))
  }

  init(_ configuration: RunConfiguration, state: ModelState?, team: Team) throws(ModelError) {
    self.configuration = configuration
    let state =
      state
      ?? .initial(
        model: configuration.model, optimizer: configuration.optimizer, seed: configuration.seed)
    shapes = try configuration.model.shapes()
    shared = Shared(Network(configuration, shapes: shapes, state: state, team: team))
  }

  /// Reads the network while no other copy of the trainer uses it.
  func read<Result>(_ body: (Network) -> Result) -> Result {
    shared.turn.withLock { _ in body(shared.network) }
  }

  /// Changes the network, after copying it where another trainer shares it.
  mutating func change<Result>(_ body: (Network) -> Result) -> Result {
    if !isKnownUniquelyReferenced(&shared) {
      let copy = Network(
        configuration, shapes: shapes, state: read(\.state), team: shared.network.team)
      read {
        copy.copyGradients(of: $0)
        copy.latestStatistics = $0.latestStatistics
      }
      shared = Shared(copy)
    }
    return body(shared.network)
  }
}

extension OptimizedTrainer: OnlineSelectionTrainer, TransferTrainer {
  /// Whether its bits are those of the arithmetic contract: they are.
  public static var promisesBits: Bool { true }

  /// Steps taken since the initial weights.
  public var steps: Int { read(\.steps) }

  /// A copy of weights, running statistics and optimizer state.
  public var state: ModelState { read(\.state) }

  /// The gradient of the sum of the losses accumulated since the last step, in the layout's order.
  public var gradient: [Tensor] { read(\.gradient) }

  /// Runs a mini-batch, or a micro-batch of it, forward and backward and adds to the gradient.
  public mutating func accumulateGradient(of batch: Batch) -> Tally {
    change { $0.accumulateGradient(of: batch) }
  }

  /// Moves the weights against the accumulated gradient, times 1/`batchSize`, and clears it.
  public mutating func step(learningRate: Double, batchSize: Int) {
    change { $0.step(learningRate: learningRate, batchSize: batchSize) }
  }

  /// Runs a mini-batch, or a micro-batch of it, forward in training mode without a gradient.
  public mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    change { $0.trainingTally(of: batch, updatesStatistics: updatesAverages) }
  }

  /// The latest batch mean and variance of each normalising layer, in the layout's order.
  public var latestStatistics: [Tensor] { read(\.latestStatistics) }

  /// Replaces running statistics by the mean and variance (over N) of inputs over a whole data set.
  public mutating func measureStatistics(over examples: Examples) {
    change { $0.measureStatistics(over: examples) }
  }

  /// Replaces gradient and running statistics by those of another trainer of the same model.
  public mutating func takeGradient(from other: Self) {
    change { own in other.read { own.takeGradient(from: $0) } }
  }

  /// Trains on one mini-batch; a single sample shares a sweep over weights with the upcoming one.
  public mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    change {
      $0.train(
        on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: upcoming)
    }
  }

  /// The last layer's outputs in inference mode, [N, classes].
  public func outputs(for batch: Batch) -> [Float] { read { $0.outputs(for: batch) } }

  /// Loss and hits in inference mode.
  public func evaluate(_ batch: Batch) -> Tally { read { $0.evaluate(batch) } }
}
