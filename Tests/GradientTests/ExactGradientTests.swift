import GradientOracles
import PropertyTesting
import Testing
import TrainingCore
import Verification

@testable import ReferenceTraining

/// Gradients over a prime field, where backward mode equals forward mode without a tolerance.
///
/// Every formula of a layer is a rational function of its numbers and of opaque roots,
/// exponentials and so on. Two that differ anywhere differ at almost all points of the field: a
/// wrong term is missed with a probability of at most its degree over 2⁶¹, about 10⁻¹⁷ times some
/// hundreds in the deepest of these models.
@Suite struct ExactGradientTests {
  private static func failure(_ data: ModelCase<PrimeField>) throws -> String? {
    let gradient = data.gradient
    for only in data.tensorDirections {
      let forward = try data.derivative(along: only.direction)
      let backward = ModelCase.dot(gradient, only.direction)
      if only.isFrozen {
        if backward != .zero { return "\(only.name) is frozen: \(backward)" }
        continue
      }
      if forward != backward { return "\(only.name): \(backward) instead of \(forward)" }
    }
    return nil
  }

  /// For every tensor of random models, over one to three calls, and added to what was there; to those
  /// of frozen layers nothing is added.
  @Test(.tags(.property)) func backwardIsForward() {
    forAll("backward equals forward in a field", cases: 150) { choices in
      try ModelCase<PrimeField>(&choices)
    } failure: {
      try Self.failure($0)
    }
  }

  /// The random models have all layers, in calls of even and odd sizes.
  @Test func theCasesHaveAllLayers() throws {
    var layers: Set<Substring> = []
    var sizes: Set<Int> = []
    for number in 1...150 {
      var choices = Choices(seed: 1, testCase: number)
      let data = try ModelCase<PrimeField>(&choices)
      for layer in data.trainer.model.layers {
        var name = "\(layer)".prefix { $0 != "(" }
        if case .batchNorm(let spec) = layer {
          name += spec.groupSize == nil ? spec.unbiasedMovingVariance ? "" : " keras" : " ghost"
          name += spec.statistics == .moving ? " moving" : ""
        }
        layers.insert(name)
      }
      layers.insert("\(data.trainer.model.loss)")
      if let spec = data.trainer.model.crossEntropy {
        if spec.labelSmoothing > 0 { layers.insert("smoothed") }
        if !spec.classWeights.isEmpty { layers.insert("weighted") }
      }
      if data.trainer.frozenParameters > 0 { layers.insert("frozen") }
      sizes.formUnion(data.calls.map(\.labels.count))
    }
    #expect(
      layers == [
        "dense", "relu", "tanh", "gelu", "dropout", "batchNorm", "batchNorm ghost",
        "batchNorm keras", "batchNorm moving", "groupNorm", "convolution", "averagePool", "maxPool",
        "globalAveragePool", "relu6",
        "residual", "frozen", "softmaxCrossEntropy", "binaryCrossEntropy", "smoothed", "weighted",
      ])
    #expect(sizes == Set(1...9))
  }

  /// Two passes over the same calls add twice the gradient.
  @Test(.tags(.property)) func gradientsAddUp() {
    forAll("two passes add twice the gradient", cases: 50) { choices in
      try ModelCase<PrimeField>(&choices)
    } failure: { data in
      let once = data.gradient
      var trainer = data.trainer
      _ = trainer.accumulate(data.calls + data.calls)
      for (layer, gradient) in once.enumerated() {
        let twice = trainer.gradients[layer].less(data.trainer.gradients[layer])
        if twice.less(gradient) != gradient { return "layer \(layer)" }
      }
      return nil
    }
  }

  /// SGD moves every parameter by −η times the derivative of the *mean* loss.
  ///
  /// The trainer's gradient is that of the sum, and the step divides by the number of samples, or
  /// where classes have weights, by those of their labels. The next step starts from nothing. Frozen layers stay where they are.
  @Test(.tags(.property)) func aStepGoesDownTheMeanLoss() {
    forAll("a step goes down the mean loss", cases: 50) { choices in
      try ModelCase<PrimeField>(&choices)
    } failure: { data in
      var trainer = data.trainer
      trainer.step(learningRate: 0, batchSize: 1)
      for calls in [data.calls, data.calls.reversed()] {
        let before = trainer.parameters
        _ = trainer.accumulate(calls)
        let count = calls.reduce(0) { $0 + $1.labels.count }
        trainer.step(learningRate: 0.5, batchSize: count)
        let moved = zip(before, trainer.parameters).map { $0.less($1) }
        for layer in 0..<trainer.frozenParameters
        where moved[layer] != moved[layer].zeros
          || trainer.gradients[layer] != data.trainer.gradients[layer]
        {
          return "frozen parameters \(layer) took part"
        }
        var lifted = try trainer.sibling(before, trainer.statistics)
          .lifted(along: data.learnedDirection)
        let sum = lifted.accumulate(calls.map(\.lifted)).derivative
        let weights = data.trainer.model.crossEntropy?.classWeights ?? []
        let labels = weights.isEmpty ? [] : calls.flatMap(\.labels)
        let divisor = labels.reduce(.zero) { $0 + PrimeField(weights[Int($1)]) }
        let expected =
          sum * PrimeField(0.5) / (weights.isEmpty ? PrimeField(Double(count)) : divisor)
        let actual = ModelCase.dot(moved, data.direction)
        if actual != expected { return "\(actual) instead of \(expected)" }
      }
      return nil
    }
  }
}
