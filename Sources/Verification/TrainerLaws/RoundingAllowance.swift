import ReferenceTraining
import TrainingCore

/// How far roundings may take the loss and the gradient that any trainer in `Float` computes of a
/// batch, in any sensible order of operations.
struct RoundingAllowance: Sendable {
  /// The sum of the losses.
  let loss: Double
  /// How far it may be off, its additions included.
  let lossError: Double
  /// The gradient of the sum.
  let gradient: [Double]
  /// How far each of its numbers may be off.
  let gradientErrors: [Double]
  /// The sum of the magnitudes of what each of its numbers is the sum of.
  let gradientMagnitudes: [Double]

  /// Why there are none.
  static let unknown =
    "no rounding bound is known: of a maximum over a window, or a quotient by what may be 0"

  /// Computes the bounds; nil for a model with maxima over windows, whose choice they don't follow,
  /// and where they aren't finite.
  ///
  /// - Parameters:
  ///   - subject: Model and weights.
  ///   - batch: The samples.
  ///   - parameters: Other weights than the subject's.
  /// - Throws: What making a trainer throws.
  init?(
    _ subject: Subject, _ batch: Batch, at parameters: [Tensor]? = nil
  ) throws(ModelError) {
    guard !subject.configuration.model.hasMaxima else { return nil }
    var state = subject.state
    state.parameters = parameters ?? state.parameters
    var configuration = subject.configuration
    configuration.optimizer = .sgd(SGDSpec())
    state.slots = []
    var trainer = try ReferenceTrainer<ErrorBound>(configuration, state: state)
    let losses = trainer.accumulateErrorBounds(of: batch)
    (loss, lossError) = Self.sum(losses)
    let sums = trainer.gradients.flatMap { $0.weight.elements + $0.bias.elements }
    gradient = sums.map(\.value)
    gradientErrors = sums.map { $0.error * RoundingBounds.slack }
    gradientMagnitudes = sums.map(\.magnitudes)
    guard lossError.isFinite, gradientErrors.allSatisfy(\.isFinite) else { return nil }
  }

  /// A sum of losses, and how far a sum in `Float` or an exact one may be off.
  static func sum(_ losses: [ErrorBound]) -> (value: Double, error: Double) {
    let value = losses.reduce(0) { $0 + $1.value }
    let errors = losses.reduce(0) { $0 + $1.error }
    let magnitudes = losses.reduce(0) { $0 + $1.value.magnitude }
    let gamma = RoundingBounds.gamma(losses.count, of: Float.self)
    // An `ExactSum` rounds each loss to a multiple of 2⁻⁶⁴.
    return (
      value,
      (errors + gamma * (magnitudes + errors) + Double(losses.count) * 0x1p-64)
        * RoundingBounds.slack
    )
  }
}

extension ModelSpec {
  /// Whether a layer takes the largest number of a window.
  var hasMaxima: Bool {
    layers.contains { if case .maxPool = $0 { true } else { false } }
  }
}

extension [Tensor] {
  /// All numbers, one tensor after the other.
  var numbers: [Double] { flatMap { $0.values.map(Double.init) } }
}
