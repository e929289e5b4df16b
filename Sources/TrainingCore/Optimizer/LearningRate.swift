/// How a learning rate changes with the batch size: the one place where a rate is scaled.
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

  /// The factor on a learning rate that was chosen for `baseBatchSize`: 1, the sizes' ratio, or its
  /// root.
  public func factor(batchSize: Int, baseBatchSize: Int) -> Double {
    let ratio = Double(batchSize) / Double(baseBatchSize)
    return switch self {
    case .none: 1
    case .linear: ratio
    case .squareRoot: ratio.squareRoot()
    }
  }
}

/// A learning-rate schedule: a decay from the first step on, times a linear warm-up.
public struct LearningRateSchedule: Codable, Hashable, Sendable {
  /// What becomes of the rate as training goes on.
  public enum Decay: Codable, Hashable, Sendable {
    /// The rate stays.
    case constant
    /// The rate is multiplied by `factor` every so many epochs.
    case step(epochs: Int, factor: Double)
    /// The rate is multiplied by `factor` when the loss stops falling: once more than `patience`
    /// epochs have passed without a loss below best × (1 − threshold).
    case plateau(patience: Int, factor: Double, threshold: Double)
    /// The rate falls to 0 along a line, step by step, over so many epochs.
    case linear(epochs: Int)
    /// The rate falls to 0 along half a cosine, step by step, over so many epochs (Loshchilov &
    /// Hutter 2017, "SGDR", equation 5).
    case cosine(epochs: Int)
  }

  /// The rate before any decay.
  public var base: Double
  /// Steps over which the rate rises linearly: that of step s, from 0, is times (s + 1)/warmUpSteps.
  public var warmUpSteps: Int
  /// What becomes of the rate as training goes on.
  public var decay: Decay

  /// Creates a schedule; by default, the rate is constant.
  public init(base: Double, warmUpSteps: Int = 0, decay: Decay = .constant) {
    self.base = base
    self.warmUpSteps = warmUpSteps
    self.decay = decay
  }

  /// After how many epochs the rate is 0 for good, or nil where it never is.
  public var length: Int? {
    switch decay {
    case .linear(let epochs), .cosine(let epochs): max(epochs, 1)
    case .constant, .step, .plateau: nil
    }
  }

  /// The learning rate after so many steps, over all epochs, and so many whole epochs with a share of
  /// the current one's batches, from 0 to 1.
  public func rate(step: Int, epoch: Int, share: Double, plateau: PlateauState) -> Double {
    let progress = length.map { min((Double(epoch) + share) / Double($0), 1) } ?? 0
    var rate = base
    switch decay {
    case .constant: break
    case .step(let epochs, let factor):
      for _ in 0..<epoch / max(epochs, 1) { rate *= factor }
    case .plateau(_, let factor, _):
      for _ in 0..<plateau.reductions { rate *= factor }
    case .linear:
      rate *= 1 - progress
    case .cosine:
      rate *= (1 + SineAndCosine(degrees: 180 * progress).cosine) / 2
    }
    if step < warmUpSteps { rate *= Double(step + 1) / Double(warmUpSteps) }
    return rate
  }

  /// Updates the state by an epoch's validation loss, or its training loss where nothing is held out.
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

/// The state of reduce-on-plateau between epochs.
public struct PlateauState: Codable, Hashable, Sendable {
  /// The lowest loss that counted as progress.
  public var best: Double?
  /// Epochs since then.
  public var epochsWithoutProgress = 0
  /// How often the rate was reduced.
  public var reductions = 0

  /// Creates the state before the first epoch.
  public init() {}

  /// Reads a state; counts that no run reaches are a decoding error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    best = try container.decodeIfPresent(Double.self, forKey: .best)
    epochsWithoutProgress = try container.decodeCount(
      forKey: .epochsWithoutProgress, upTo: RunProgress.largestEpoch)
    reductions = try container.decodeCount(forKey: .reductions, upTo: RunProgress.largestEpoch)
  }
}
