import GradientOracles
import PropertyTesting
import TrainingCore
import Verification

@testable import ReferenceTraining

/// Compares a trainer's gradient, of what isn't frozen, with central differences of its loss, within a computed bound.
///
/// With D(h) = (L(θ + h) − L(θ − h))/2h = L′ + c₂h² + c₄h⁴ + …, Richardson's R(h) =
/// (4D(h) − D(2h))/3 is L′ − 4c₄h⁴ + …, and R(2h) is off sixteen times as far: their difference
/// is an estimate, on the safe side by a factor of about 15, of how far R(h) is off. The rounding
/// errors of the losses, the differences and the gradient itself are carried by `RunningError`.
/// h⁴ of truncation balances u/h of rounding at h = u^(1/5), about 2⁻¹¹.
struct GradientCheck {
  typealias Number = RunningError<Double>

  static let step = 0x1p-11
  private static let offsets = [1.0, 2, 4].flatMap { [$0 * step, -$0 * step] }

  private(set) var checked = 0
  /// Parameters whose differences cross a kink.
  private(set) var skipped = 0
  private(set) var failures: [String] = []
  /// The largest bound, and the largest gradient that was checked: how sharp the check is.
  private(set) var largestBound = 0.0
  private(set) var largestGradient = 0.0

  init(_ trainer: ReferenceTrainer<Number>, _ call: Call<Number>, detectsKinks: Bool = true) {
    var differentiated = trainer
    _ = differentiated.accumulate([call])
    let pattern = detectsKinks ? trainer.branches(call) : []
    for layer in trainer.frozenParameters..<trainer.parameters.count {
      for tensor in [\Parameters<Number>.weight, \.bias] {
        for element in trainer.parameters[layer][keyPath: tensor].elements.indices {
          var losses: [Number] = []
          var kinks = false
          for offset in Self.offsets {
            var moved = trainer
            let value = moved.parameters[layer][keyPath: tensor].elements[element].value
            moved.parameters[layer][keyPath: tensor].elements[element] = Number(
              exactly: value + offset)
            kinks = kinks || detectsKinks && moved.branches(call) != pattern
            losses.append(moved.accumulate([call]))
          }
          if kinks {
            skipped += 1
          } else {
            compare(
              differentiated.gradients[layer][keyPath: tensor].elements[element], losses,
              name: "layer \(layer), element \(element)")
          }
        }
      }
    }
  }

  private mutating func compare(_ gradient: Number, _ losses: [Number], name: String) {
    func difference(_ index: Int) -> Number {
      let width = Number(exactly: 2 * Self.offsets[2 * index])
      return (losses[2 * index] - losses[2 * index + 1]) / width
    }
    func extrapolation(_ index: Int) -> Number {
      (Number(4.0) * difference(index) - difference(index + 1)) / Number(3.0)
    }
    let fine = extrapolation(0)
    let coarse = extrapolation(1)
    let truncation = (fine.value - coarse.value).magnitude + fine.error + coarse.error
    let bound = truncation + fine.error + gradient.error
    checked += 1
    largestBound = max(largestBound, bound)
    largestGradient = max(largestGradient, gradient.value.magnitude)
    if let found = excess([gradient.value], [fine.value], bounds: [bound]) {
      failures.append("\(name): \(found)")
    }
  }
}
