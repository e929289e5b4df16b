/// An optimizer with its hyperparameters, in PyTorch's terms.
///
/// In the formulas g is the gradient of the *mean* loss, plus λw but for AdamW, w a weight, η the
/// learning rate, t the step from 1. The formulas follow PyTorch's documentation.
public enum OptimizerSpec: Codable, Hashable, Sendable {
  /// Stochastic gradient descent.
  case sgd(SGDSpec)
  /// Adam.
  case adam(AdamSpec)
  /// Adam with decoupled weight decay.
  case adamw(AdamSpec)
  /// RMSprop.
  case rmsprop(RMSpropSpec)

  /// Every optimizer, with PyTorch's defaults.
  public static let all: [OptimizerSpec] = [
    .sgd(SGDSpec()), .adam(AdamSpec()), .adamw(AdamSpec(weightDecay: 0.01)),
    .rmsprop(RMSpropSpec()),
  ]

  /// The optimizer's name on the command line.
  public var name: String {
    switch self {
    case .sgd: "sgd"
    case .adam: "adam"
    case .adamw: "adamw"
    case .rmsprop: "rmsprop"
    }
  }

  /// The names of the tensors that the optimizer keeps for each parameter, in order.
  ///
  /// They are the keys of PyTorch's optimizer state.
  public var slotNames: [String] {
    switch self {
    case .sgd(let spec): spec.momentum == 0 ? [] : ["momentum_buffer"]
    case .adam, .adamw: ["exp_avg", "exp_avg_sq"]
    case .rmsprop(let spec):
      spec.momentum == 0 ? ["square_avg"] : ["square_avg", "momentum_buffer"]
    }
  }

  /// Weight decay λ, whichever the optimizer.
  public var weightDecay: Double {
    get {
      switch self {
      case .sgd(let spec): spec.weightDecay
      case .adam(let spec), .adamw(let spec): spec.weightDecay
      case .rmsprop(let spec): spec.weightDecay
      }
    }
    set {
      switch self {
      case .sgd(var spec):
        spec.weightDecay = newValue
        self = .sgd(spec)
      case .adam(var spec):
        spec.weightDecay = newValue
        self = .adam(spec)
      case .adamw(var spec):
        spec.weightDecay = newValue
        self = .adamw(spec)
      case .rmsprop(var spec):
        spec.weightDecay = newValue
        self = .rmsprop(spec)
      }
    }
  }

  /// Weight decay λ where it is added to the gradient as λw, as L2 regularisation does; 0 where it is
  /// decoupled from the gradient.
  public var l2Penalty: Double { if case .adamw = self { 0 } else { weightDecay } }

  /// The hyperparameters of Adam and AdamW, nil of others.
  public var adamSpec: AdamSpec? {
    switch self {
    case .adam(let spec), .adamw(let spec): spec
    case .sgd, .rmsprop: nil
    }
  }
}

/// Stochastic gradient descent with momentum: v ← μv + g, w ← w − ηv.
///
/// Sutskever et al. 2013; with `nesterov`, w ← w − η(g + μv).
public struct SGDSpec: Codable, Hashable, Sendable {
  /// Momentum μ, 0 for none.
  public var momentum: Double
  /// Whether the step looks ahead as Nesterov's does.
  public var nesterov: Bool
  /// Weight decay λ, added to the gradient as λw.
  public var weightDecay: Double

  /// Creates the hyperparameters; the defaults are PyTorch's.
  public init(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0) {
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }
}

/// Adam (Kingma & Ba 2015, algorithm 1).
///
/// m ← m + (1 − β₁)(g − m), v ← β₂v + (1 − β₂)g²,
/// w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
///
/// AdamW (Loshchilov & Hutter 2019, algorithm 2) takes w ← w − ηλw before that, without λw in g.
public struct AdamSpec: Codable, Hashable, Sendable {
  /// Decay of the first moment.
  public var beta1: Double
  /// Decay of the second moment.
  public var beta2: Double
  /// Added to the root of the second moment.
  public var epsilon: Double
  /// Weight decay λ: of Adam added to the gradient as λw, of AdamW taken from the weights as ηλw.
  public var weightDecay: Double

  /// Creates the hyperparameters; the defaults are PyTorch's of Adam.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The scalars η/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) of step t, from 1, with the learning rate η.
  public func corrections(
    step: Int, learningRate: Double
  ) -> (stepSize: Double, rootScale: Double) {
    (learningRate / (1 - power(beta1, step)), 1 / (1 - power(beta2, step)).squareRoot())
  }
}

/// RMSprop (Tieleman & Hinton 2012, lecture 6.5).
///
/// s ← ρs + (1 − ρ)g². PyTorch: u = g/(√s + ε), b ← μb + u, w ← w − ηb. Keras: u = ηg/√(s + ε), the
/// product ηg rounded before the division, b ← μb + u, w ← w − b. Without momentum b is u.
public struct RMSpropSpec: Codable, Hashable, Sendable {
  /// Where ε and the learning rate enter, on which PyTorch and Keras differ.
  public enum Convention: String, Codable, Sendable {
    /// ε outside of the root; the learning rate outside of the momentum.
    case pytorch
    /// ε under the root; the learning rate inside the momentum.
    case keras
  }

  /// Decay ρ of the mean square; PyTorch calls it α.
  public var decay: Double
  /// The small constant ε.
  public var epsilon: Double
  /// Momentum μ, 0 for none.
  public var momentum: Double
  /// Weight decay λ, added to the gradient as λw.
  public var weightDecay: Double
  /// Where ε and the learning rate enter.
  public var convention: Convention

  /// Creates the hyperparameters; the defaults are PyTorch's.
  public init(
    decay: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, weightDecay: Double = 0,
    convention: Convention = .pytorch
  ) {
    self.decay = decay
    self.epsilon = epsilon
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.convention = convention
  }
}

/// base to the power of a whole number by repeated squaring, the same bits on every platform.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var remaining = exponent
  while remaining > 0 {
    if remaining & 1 == 1 { result *= square }
    square *= square
    remaining >>= 1
  }
  return result
}
