/// The fast trainer: the reference's bits, many times sooner.
///
/// Read in this order:
///
/// 1. `Lanes.swift`, `PanelMatrix.swift`: sixteen numbers at a time, and how they lie in memory.
/// 2. `Microkernel.swift`, `MatrixProduct.swift`, `Dense.swift`: a tile in registers, the five loops
///    around it, and the three products of a dense layer that they make.
/// 3. `SpinBarrier.swift`, `Team.swift`: threads that work in step.
/// 4. `Stage.swift`, `Network+Forward.swift`, `Network+Backward.swift`: how layers make a forward and
///    a backward pass, and what each thread does of it.
/// 5. `Convolution.swift`, `PatchGrid.swift`, `DepthwiseConvolution.swift`: how a convolution is a
///    product, and how one by single channels is not.
/// 6. `Optimizer.swift`, `Network+Steps.swift`: how a weight is stepped while its gradient is still
///    in a register.
/// 7. `SingleSample.swift`: what is different when a batch is one sample.
///
/// Each layer, optimizer and elementary function has a twin under the same name in the reference,
/// which says why it computes what it does; here it says how.
///
/// Dimensions everywhere: N batch, I inputs, O outputs, C features or channels, H and W an image's
/// height and width, K a kernel's.
import Foundation
import Synchronization
import TrainingCore

/// Trains a model on several threads, by the bits of the arithmetic contract.
///
/// It is a value, as the reference is: a copy trains on its own from where the original was. Copies
/// share their memory until one of them changes.
public struct OptimizedTrainer: Sendable {
  /// The model that is trained.
  public var model: ModelSpec { configuration.model }
  /// The largest number of threads that work on a step, the caller's among them.
  public var threads: Int { shared.network.team.size }
  let configuration: RunConfiguration
  private let shapes: [ImageShape]
  private var shared: Shared

  /// A network, and who may use it: one caller at a time.
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

  /// Creates a trainer that works with a given team.
  init(
    _ configuration: RunConfiguration, state: ModelState?, team: Team
  ) throws(ModelError) {
    self.configuration = configuration
    let state =
      state
      ?? .initial(
        model: configuration.model, optimizer: configuration.optimizer, seed: configuration.seed)
    shapes = try configuration.model.shapes()
    shared = Shared(Network(configuration, shapes: shapes, state: state, team: team))
  }

  /// Reads the network, while no other copy of the trainer does.
  func read<Result>(_ body: (Network) -> Result) -> Result {
    shared.turn.withLock { _ in body(shared.network) }
  }

  /// Changes the network, which is made this trainer's own before.
  mutating func change<Result>(_ body: (Network) -> Result) -> Result {
    if !isKnownUniquelyReferenced(&shared) {
      let copy = Network(
        configuration, shapes: shapes, state: read(\.state), team: shared.network.team)
      read {
        copy.copyGradients(of: $0)
        copy.load(latestStatistics: $0.latestStatistics)
      }
      shared = Shared(copy)
    }
    return body(shared.network)
  }
}
