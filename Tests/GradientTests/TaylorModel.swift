import GradientOracles
import PropertyTesting
import TrainingCore
import Verification

@testable import ReferenceTraining

/// A model and a batch, whose loss is expanded in random directions of all parameters at once.
struct TaylorModel<S: RandomScalar & BinaryFloatingPoint> {
  /// Directions along which no kink is crossed.
  private(set) var segments: [Segment<S>] = []
  /// Directions along which one does, up to the longest step.
  private(set) var skipped = 0

  /// Expands the loss of a batch in directions of what is learned; gradients that the trainer has
  /// accumulated don't count.
  init(_ trainer: ReferenceTrainer<S>, _ call: Call<S>, _ choices: inout Choices) throws {
    let pattern = trainer.branches(call)
    for _ in 0..<TaylorRemainders<S>.directions {
      let drawn: [Parameters<S>] = choices.parameters(like: trainer.parameters)
      let direction = Self.unit(
        drawn.enumerated().map { $0 < trainer.frozenParameters ? $1.zeros : $1 })
      func moved(_ h: S) -> ReferenceTrainer<S> {
        var moved = trainer
        for layer in moved.parameters.indices {
          moved.parameters[layer] = moved.parameters[layer].moved(h, along: direction[layer])
        }
        return moved
      }
      guard TaylorRemainders<S>.steps.allSatisfy({ moved($0).branches(call) == pattern }) else {
        skipped += 1
        continue
      }
      var dual = try trainer.lifted(along: direction)
      _ = dual.accumulate([call.lifted])
      var slope = S.zero
      var curvature = S.zero
      for (gradient, v) in zip(dual.gradients, direction) {
        slope += gradient.map(\.value).dot(v)
        curvature += gradient.map(\.derivative).dot(v)
      }
      segments.append(
        Segment(
          value: { h in
            var moved = moved(h)
            return moved.accumulate([call])
          }, slope: slope, curvature: curvature))
    }
  }

  /// A direction of length 1.
  private static func unit(_ direction: [Parameters<S>]) -> [Parameters<S>] {
    let length = direction.reduce(0) { $0 + $1.dot($1) }.squareRoot()
    return direction.map { $0.map { $0 / length } }
  }
}

extension Parameters {
  /// Applies a function to every element.
  fileprivate func map<T>(_ transform: (S) -> T) -> Parameters<T> {
    Parameters<T>(weight: weight.map(transform), bias: bias.map(transform))
  }
}
