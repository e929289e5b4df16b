import Foundation
import ReferenceTraining
import Statistics
import TrainingCore

/// Adam's steps are sums over all gradients so far, with weights that add up to 1.
///
/// From a cold start the recursions of Kingma & Ba 2015 (algorithm 1) come to
///
///     m̂ₜ = Σₛ aₛgₛ, aₛ = (1 − β₁)β₁ᵗ⁻ˢ/(1 − β₁ᵗ);  v̂ₜ = Σₛ bₛgₛ², bₛ = (1 − β₂)β₂ᵗ⁻ˢ/(1 − β₂ᵗ)
///
/// over s from 1 to t, and the displacement after T steps is −η Σₜ m̂ₜ/(√v̂ₜ + ε). A trainer's own Adam
/// is asked for it by gradients of several parts, which differ, with the user's hyperparameters and
/// with those that the square-root rule makes of them for larger batches (`AdamScalingLaw`).
///
/// Weight decay is part of the gradient here, gₛ + λw₀; AdamW's is −ηλw₀ in each step. The law doesn't
/// say how far a step goes where a gradient is zero and ε too: the formula is then 0/0.
public enum AdamStepsLaw {
  private static let statement = Statement(
    law: "Adam's steps",
    promise: "−η Σₜ m̂ₜ/(√v̂ₜ + ε), of the closed sums m̂ₜ and v̂ₜ; also by the square-root rule",
    explanation: "Kingma & Ba 2015, section 3; Tests/VerificationTests/AdamStepsLawTests.swift")

  /// Checks the law with the subject's hyperparameters, on some samples of its batch.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      let spec = try subject.requireAdam()
      let factor = 4
      // Adam's steps are about η long.
      let rate = ParameterVector(subject.state.parameters.numbers).visibleRate(ofLength: 1)
      let rule = AdamScalingLaw.Rule(learningRate: rate, spec: spec)
      let parts = subject.passes(count: 3, size: 2)
      let isDecoupled = subject.configuration.optimizer.l2Penalty != spec.weightDecay
      func measure(
        _ rule: AdamScalingLaw.Rule, _ parts: [Range<Int>]
      ) throws -> BoundedPrediction {
        try Self.measure(
          subject, of: trainer, rule: rule, isDecoupled: isDecoupled, parts: parts)
      }
      var predictions = [try measure(rule, parts + parts)]
      let scaled = rule.squareRoot(factor)
      let isScalable = scaled.spec.beta1 >= 0 && scaled.spec.beta2 >= 0
      if isScalable {
        predictions.append(try measure(scaled, parts))
      }
      return Outcome(
        BoundedPrediction(predictions.map(\.whereBounded)),
        remark: isScalable
          ? ", also by the rule for κ = \(factor)" : "; for κ = \(factor), κ(1 − β) is above 1")
    }
  }

  /// The displacement after one step for each part, all gradients at the first weights, beside the
  /// law's.
  ///
  /// The sums' weights are off by the rounding of β to `Float`, of a power in t steps, and of a
  /// difference from 1; each recursion rounds three times a step.
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, rule: AdamScalingLaw.Rule, isDecoupled: Bool = false,
    parts: [Range<Int>]
  ) throws(ModelError) -> BoundedPrediction {
    let optimizer = isDecoupled ? OptimizerSpec.adamw(rule.spec) : .adam(rule.spec)
    var run = FrozenGradientRun(subject, of: trainer, optimizer: optimizer)
    let learned = subject.configuration.model.frozenCount..<run.origin.values.count
    let (epsilon, rate) = (ErrorBound(rule.spec.epsilon), ErrorBound(rule.learningRate))
    let decay = optimizer.l2Penalty
    let decoupledDecay = rate * ErrorBound(rule.spec.weightDecay - decay)
    let unit = RoundingBounds.gamma(3, of: Float.self)
    var gradients: [ParameterVector] = []
    var predicted = ParameterVector.zeros(like: run.origin)
    var bounds = predicted
    for part in parts {
      let gradient = try run.step(on: part, learningRate: rule.learningRate)
      gradients.append(run.decayed(gradient, by: decay))
      let first = weights(rule.spec.beta1, step: gradients.count)
      let second = weights(rule.spec.beta2, step: gradients.count)
      for index in learned {
        var (mean, square) = (ErrorBound.zero, ErrorBound.zero)
        for (place, gradient) in gradients.enumerated() {
          let value = gradient.values[index]
          let size = value.magnitude + 2 * decay * run.origin.values[index].magnitude
          let g = ErrorBound(value, error: unit * size)
          mean = mean.addingProduct(first[place], g)
          square = square.addingProduct(second[place], g * g)
        }
        let move =
          rate * (mean / (square.squareRoot() + epsilon))
          - StepFormula.decay(of: run.origin.values[index], by: decoupledDecay)
        predicted.values[index] -= move.value
        bounds.values[index] += move.error
      }
    }
    return run.prediction(predicted, within: bounds)
  }

  /// The sums' weights, (1 − β)βᵗ⁻ˢ/(1 − βᵗ), for s from 1 to t.
  private static func weights(_ beta: Double, step: Int) -> [ErrorBound] {
    let unit = RoundingBounds.unitRoundoff(of: Float.self)
    let error = ErrorBound(beta).error
    let complement = 1 - beta
    // Relative errors: of 1 − β, of a power that is t times that of β, of 1 − βᵗ, and three roundings
    // in each recursion.
    let power = Double(step) * (beta > 0 ? error / beta + unit : 0)
    let total = 1 - pow(beta, Double(step))
    let relative =
      (error + unit) / complement + power + (2 * unit + power * (1 - total)) / total
      + RoundingBounds.gamma(3 * step + 3, of: Float.self)
    return (1...step).map { s in
      let weight = complement * pow(beta, Double(step - s)) / total
      return ErrorBound(weight, error: weight * relative * (1 + relative))
    }
  }
}

extension BoundedPrediction {
  /// The numbers of which something is promised: where a formula is 0/0, nothing is.
  fileprivate var whereBounded: BoundedPrediction {
    let kept = predicted.indices.filter { predicted[$0].isFinite && bounds[$0].isFinite }
    return BoundedPrediction(
      measured: kept.map { measured[$0] }, predicted: kept.map { predicted[$0] },
      bounds: kept.map { bounds[$0] })
  }
}
