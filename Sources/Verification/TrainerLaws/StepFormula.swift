import Foundation
import Statistics
import TrainingCore

/// The published optimizers, number by number, with what rounding in `Float` may add.
///
/// G is the gradient of the sum of losses, f the factor on it, 1/B, or 1/Σw by the labels' weights,
/// times the clipping coefficient, and g = fG + λw, but for AdamW fG:
///
/// - SGD (Sutskever et al. 2013): v ← μv + g, w ← w − ηv; Nesterov's form w ← w − η(g + μv).
/// - Adam (Kingma & Ba 2015, algorithm 1): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
///   w ← w − η m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ).
/// - AdamW (Loshchilov & Hutter 2019, algorithm 2): w ← (1 − ηλ)w − η m̂/(√v̂ + ε).
/// - RMSprop (Tieleman & Hinton 2012, lecture 6.5): s ← ρs + (1 − ρ)g². PyTorch's: b ← μb + g/(√s + ε),
///   w ← w − ηb. Keras's: b ← μb + ηg/√(s + ε), w ← w − b.
///
/// It shares nothing with the trainers' optimizers but this description.
struct StepFormula {
  private let optimizer: OptimizerSpec
  private let learningRate: ErrorBound
  /// f.
  private let factor: ErrorBound
  /// 1 − β₁ᵗ and 1 − β₂ᵗ of Adam.
  private let corrections: (ErrorBound, ErrorBound)

  /// 1 − βᵗ, of a β that may be rounded to `Float` and a power that may be computed there.
  private static func correction(of beta: Double, step: Int) -> ErrorBound {
    let power = pow(beta, Double(step))
    let relative = Double(step) * (ErrorBound(beta).error / beta.magnitude + unit)
    return ErrorBound(1 - power, error: power * expm1(relative) + 2 * unit)
  }

  /// 1 − β, of a β that may be rounded to `Float` before.
  private static func complement(of beta: Double) -> ErrorBound {
    ErrorBound(1 - beta, error: ErrorBound(beta).error + unit * (1 - beta))
  }

  /// How far decoupled weight decay by ηλ takes a weight, −ηλw; 1 − ηλ may be rounded before.
  static func decay(of weight: Double, by decay: ErrorBound) -> ErrorBound {
    let move = decay * .exact(weight)
    return ErrorBound(-move.value, error: move.error + unit * (weight.magnitude + move.magnitudes))
  }

  private static let unit = RoundingBounds.unitRoundoff(of: Float.self)

  /// One weight's displacement and the optimizer's slots afterwards, 0 where it hasn't as many.
  private typealias Move = (displacement: ErrorBound, slots: (ErrorBound, ErrorBound))

  /// Moves a weight w with the optimizer's slots, by a gradient sum G.
  private func move(_ weight: Double, slots: (Double, Double), sum: ErrorBound) -> Move {
    let w = ErrorBound.exact(weight)
    let mean = sum * factor
    let decay = optimizer.l2Penalty
    let g = decay == 0 ? mean : mean + ErrorBound(decay) * w
    let (first, second) = (ErrorBound.exact(slots.0), ErrorBound.exact(slots.1))
    switch optimizer {
    case .sgd(let spec):
      guard spec.momentum != 0 else { return (.zero - learningRate * g, (.zero, .zero)) }
      let momentum = ErrorBound(spec.momentum)
      let velocity = momentum * first + g
      let direction = spec.nesterov ? g + momentum * velocity : velocity
      return (.zero - learningRate * direction, (velocity, .zero))
    case .adam(let spec), .adamw(let spec):
      let m = ErrorBound(spec.beta1) * first + Self.complement(of: spec.beta1) * g
      let v = ErrorBound(spec.beta2) * second + Self.complement(of: spec.beta2) * (g * g)
      let root = (v / corrections.1).squareRoot() + ErrorBound(spec.epsilon)
      let move = .zero - learningRate * (m / corrections.0 / root)
      guard case .adamw = optimizer else { return (move, (m, v)) }
      return (
        move + Self.decay(of: weight, by: learningRate * ErrorBound(spec.weightDecay)), (m, v)
      )
    case .rmsprop(let spec):
      let square = ErrorBound(spec.decay) * first + Self.complement(of: spec.decay) * (g * g)
      let epsilon = ErrorBound(spec.epsilon)
      let isKeras = spec.convention == .keras
      let root = isKeras ? (square + epsilon).squareRoot() : square.squareRoot() + epsilon
      let unit = (isKeras ? learningRate * g : g) / root
      let velocity = spec.momentum == 0 ? unit : ErrorBound(spec.momentum) * second + unit
      return (
        .zero - (isKeras ? velocity : learningRate * velocity),
        (square, spec.momentum == 0 ? .zero : velocity)
      )
    }
  }

  /// A step of all weights.
  struct Step {
    /// What is added to the weights; 0 in frozen layers.
    let displacement: [ErrorBound]
    /// The weights afterwards, with the rounding that keeping them takes.
    let weights: [ErrorBound]
    let slots: [[ErrorBound]]

    /// Takes a step t, counted from 1, at a learning rate η by samples that are divided by their number, or their weights;
    /// by default the first one from a cold start at η = 1.
    init(
      from origin: [Double], slots before: [[Double]]? = nil, configuration: RunConfiguration,
      gradientSum: [ErrorBound], divisor: ErrorBound, learningRate: Double = 1, step: Int = 1
    ) {
      let optimizer = configuration.optimizer
      var corrections = (ErrorBound.zero, ErrorBound.zero)
      if let spec = optimizer.adamSpec {
        let both = [spec.beta1, spec.beta2].map { StepFormula.correction(of: $0, step: step) }
        corrections = (both[0], both[1])
      }
      let factor = ClippingLaw.factor(
        of: gradientSum, divisor: divisor, limit: configuration.clipNorm)
      let formula = StepFormula(
        optimizer: optimizer, learningRate: ErrorBound(learningRate), factor: factor,
        corrections: corrections)
      let frozen = configuration.model.frozenCount
      let before = before ?? optimizer.slotNames.map { _ in origin.map { _ in 0 } }
      let count = before.count
      let moves = origin.indices.map { index -> Move in
        let old = (count > 0 ? before[0][index] : 0, count > 1 ? before[1][index] : 0)
        return index < frozen
          ? (.zero, (.exact(old.0), .exact(old.1)))
          : formula.move(origin[index], slots: old, sum: gradientSum[index])
      }
      displacement = moves.map(\.displacement)
      weights = zip(origin, moves).enumerated().map { index, pair in
        let (weight, move) = (pair.0, pair.1.displacement)
        guard index >= frozen else { return .exact(weight) }
        // Once for the sum, and once for a decay that is taken from the weight first.
        let size = weight.magnitude + move.value.magnitude
        let rounding = 2 * StepFormula.unit * (size + move.error)
        return ErrorBound(
          weight + move.value, error: (move.error + rounding) * RoundingBounds.slack)
      }
      slots = Array([moves.map(\.slots.0), moves.map(\.slots.1)].prefix(count))
    }
  }
}

extension ErrorBound {
  static func exact(_ value: Double) -> ErrorBound { ErrorBound(value, error: 0) }
}

extension RunConfiguration {
  /// A state's weights and running statistics with an optimizer that has taken no step.
  func coldState(_ state: ModelState) -> ModelState {
    ModelState(
      parameters: state.parameters, statistics: state.statistics,
      slots: optimizer.slotNames.map { _ in state.parameters.map { $0.filled(with: 0) } })
  }
}

extension ModelSpec {
  /// How many of a model's weights belong to frozen layers, which are its first ones.
  var frozenCount: Int {
    ParameterLayout(of: self).parameters.filter { $0.layer < frozenLayers }
      .reduce(0) { $0 + $1.count }
  }

  /// Over how many positions of a sample the gradient of each learned tensor is summed: 1 in a
  /// dense layer, all of an image's in a convolution and in batch normalisation.
  var gradientPositions: [Int] {
    let shapes = (try? shapes()) ?? []
    return ParameterLayout(of: self).parameters.map { tensor in
      let output = shapes[tensor.layer + 1]
      return output.count / output.channels
    }
  }
}
