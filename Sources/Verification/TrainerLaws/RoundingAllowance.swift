import ReferenceTraining
import Statistics
import TrainingCore

/// How far roundings may take the loss and the gradient that any trainer in `Float` computes of a
/// batch, in any sensible order of operations.
struct RoundingAllowance: Sendable {
  /// The sum of the losses.
  let loss: Double
  /// How far it may be off, its additions included.
  let lossError: Double
  let gradient: [Double]
  /// How far each of its numbers may be off.
  let gradientErrors: [Double]
  /// The sum of the magnitudes of what each of its numbers is the sum of.
  let gradientMagnitudes: [Double]

  /// Computes the bounds, by default at the subject's weights.
  ///
  /// Throws `NotApplicable` for a model with maxima over windows, whose choice the bounds don't
  /// follow, and where they aren't finite.
  init(_ subject: Subject, _ batch: Batch, at parameters: [Tensor]? = nil) throws {
    guard !subject.configuration.model.hasMaxima else { throw NotApplicable.unbounded }
    var trainer: ReferenceTrainer<ErrorBound> = try subject.referenceTrainer(at: parameters)
    let losses = trainer.accumulateErrorBounds(of: batch)
    (loss, lossError) = Self.sum(losses)
    let sums = trainer.gradientElements
    gradient = sums.map(\.value)
    gradientErrors = sums.map { $0.error * RoundingBounds.slack }
    gradientMagnitudes = sums.map(\.magnitudes)
    guard lossError.isFinite, gradientErrors.allSatisfy(\.isFinite) else {
      throw NotApplicable.unbounded
    }
  }

  /// How far roundings may take the outputs and the summed loss of a subject's batch in inference
  /// mode.
  static func inference(
    _ subject: Subject
  ) throws(ModelError) -> (outputErrors: [Double], lossError: Double) {
    let trainer: ReferenceTrainer<ErrorBound> = try subject.referenceTrainer()
    let (outputs, losses) = trainer.errorBoundEvaluation(of: subject.whole())
    return (outputs.map(\.error), sum(losses).error)
  }

  /// A sum of losses, and how far a sum in `Float` or an exact one may be off.
  private static func sum(_ losses: [ErrorBound]) -> (value: Double, error: Double) {
    let value = losses.reduce(0) { $0 + $1.value }
    let errors = losses.reduce(0) { $0 + $1.error }
    let magnitudes = losses.reduce(0) { $0 + $1.value.magnitude }
    let gamma = RoundingBounds.gamma(losses.count, of: Float.self)
    // An `ExactSum` rounds each loss to a multiple of 2⁻⁶⁴.
    let error = errors + gamma * (magnitudes + errors) + Double(losses.count) * 0x1p-64
    return (value, error * RoundingBounds.slack)
  }
}

extension ModelSpec {
  /// Whether a layer takes the largest number of a window.
  fileprivate var hasMaxima: Bool {
    layers.contains { if case .maxPool = $0 { true } else { false } }
  }
}
