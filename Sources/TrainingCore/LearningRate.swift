/// How a learning rate changes with the batch size.
///
/// What each rule assumes, and where it fails: *linear* is exact for plain SGD while the gradient
/// stays constant over the steps that are merged (Goyal et al. 2017, section 2.1), and it is wrong
/// for Adam, whose step doesn't grow with the gradient; *square root* keeps the noise of Adam and
/// RMSprop (Malladi et al. 2022, definition 4.3, together with its rules for β and ε).
public enum LearningRateScaling: String, Codable, CaseIterable, Sendable {
  /// The same rate for every batch size.
  case none
  /// In proportion to the batch size.
  case linear
  /// In proportion to its square root.
  case squareRoot = "sqrt"

  /// The factor on the learning rate.
  ///
  /// - Parameters:
  ///   - batchSize: The batch size used.
  ///   - baseBatchSize: The batch size for which the rate was chosen.
  /// - Returns: 1, their ratio, or its root.
  public func factor(batchSize: Int, baseBatchSize: Int) -> Double {
    let ratio = Double(batchSize) / Double(baseBatchSize)
    return switch self {
    case .none: 1
    case .linear: ratio
    case .squareRoot: ratio.squareRoot()
    }
  }
}

/// How a learning rate changes over time.
public struct LearningRateSchedule: Codable, Hashable, Sendable {
  /// What happens after the warm-up.
  public enum Decay: Codable, Hashable, Sendable {
    /// The rate stays.
    case constant
    /// The rate is multiplied by `factor` every so many epochs.
    case step(epochs: Int, factor: Double)
    /// The rate is multiplied by `factor` when the loss stops falling: once more than `patience`
    /// epochs have passed without a loss below best × (1 − threshold).
    case plateau(patience: Int, factor: Double, threshold: Double)
  }

  /// The rate before any decay.
  public var base: Double
  /// Steps over which the rate rises linearly to `base`: step s, from 0, gets (s + 1)/warmUpSteps.
  public var warmUpSteps: Int
  /// What happens after the warm-up.
  public var decay: Decay

  /// Creates a schedule.
  ///
  /// - Parameters:
  ///   - base: The rate before any decay.
  ///   - warmUpSteps: Steps of linear rise.
  ///   - decay: What happens after it.
  public init(base: Double, warmUpSteps: Int = 0, decay: Decay = .constant) {
    self.base = base
    self.warmUpSteps = warmUpSteps
    self.decay = decay
  }

  /// The rate of one step.
  ///
  /// - Parameters:
  ///   - step: Steps done before, over all epochs.
  ///   - epoch: Epochs done before.
  ///   - plateau: What the losses of earlier epochs led to.
  /// - Returns: The learning rate.
  public func rate(step: Int, epoch: Int, plateau: PlateauState) -> Double {
    var rate = base
    switch decay {
    case .constant: break
    case .step(let epochs, let factor):
      for _ in 0..<epoch / max(epochs, 1) { rate *= factor }
    case .plateau(_, let factor, _):
      for _ in 0..<plateau.reductions { rate *= factor }
    }
    if step < warmUpSteps { rate *= Double(step + 1) / Double(warmUpSteps) }
    return rate
  }

  /// Takes an epoch's loss into account.
  ///
  /// - Parameters:
  ///   - loss: The validation loss, or the training loss where nothing is held out.
  ///   - state: What earlier losses led to; updated.
  public func observe(loss: Double, state: inout PlateauState) {
    guard case .plateau(let patience, _, let threshold) = decay else { return }
    if state.best.map({ loss < $0 * (1 - threshold) }) ?? true, loss.isFinite {
      state.best = loss
      state.epochsWithoutProgress = 0
    } else {
      state.epochsWithoutProgress += 1
    }
    if state.epochsWithoutProgress > patience {
      state.reductions += 1
      state.epochsWithoutProgress = 0
    }
  }
}

/// What reduce-on-plateau remembers between epochs.
public struct PlateauState: Codable, Hashable, Sendable {
  /// The lowest loss that counted as progress.
  public var best: Double?
  /// Epochs since then.
  public var epochsWithoutProgress = 0
  /// How often the rate was reduced.
  public var reductions = 0

  /// Creates the state before the first epoch.
  public init() {}

  /// Reads a state.
  ///
  /// - Parameter decoder: The decoder to read from.
  /// - Throws: A decoding error, also for counts that no run reaches.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    best = try container.decodeIfPresent(Double.self, forKey: .best)
    epochsWithoutProgress = try container.decodeCount(
      forKey: .epochsWithoutProgress, upTo: RunProgress.largestEpoch)
    reductions = try container.decodeCount(forKey: .reductions, upTo: RunProgress.largestEpoch)
  }
}
