import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Gradients in Double: the forward code differentiates itself by dual numbers, and backward agrees
/// within the rounding errors that both have carried along.
@Suite struct DualGradientTests {
  typealias Number = RunningError<Double>

  /// The gradient of each tensor along a random direction, and one of its elements.
  private static func comparisons(
    _ data: ModelCase<Number>
  ) throws -> [(name: String, backward: Number, forward: Number)] {
    let gradient = data.gradient
    var compared: [(name: String, backward: Number, forward: Number)] = []
    for only in data.tensorDirections where !only.isFrozen {
      var unit = data.trainer.parameters.map(\.zeros)
      let (layer, path) = only.tensor
      let count = unit[layer][keyPath: path].elements.count
      let element = (31 * layer + data.calls.count) % count
      unit[layer][keyPath: path].elements[element] = Number(exactly: 1)
      for (name, direction) in [(only.name, only.direction), ("\(only.name)[\(element)]", unit)] {
        compared.append(
          (
            name, ModelCase.dot(gradient, direction), try data.derivative(along: direction)
          ))
      }
    }
    return compared
  }

  @Test(.tags(.property)) func backwardIsForwardWithinRounding() {
    forAll("backward equals forward within rounding", cases: 60) { choices in
      try ModelCase<Number>(&choices)
    } failure: { data in
      let compared = try Self.comparisons(data)
      return excess(
        compared.map(\.backward.value), compared.map(\.forward.value),
        bounds: compared.map { $0.backward.error + $0.forward.error }
      ).map { "\(compared.map(\.name)): \($0)" }
    }
  }

  /// Half of all digits are certain, and the gradients aren't zero.
  ///
  /// So the bound is sharper than a difference quotient of first order could be, whose error is at
  /// least about √u of the numbers in play (Griewank & Walther 2008, section 1.2).
  @Test(
    arguments: [
      "mlp:5-6-4-3", "mlp:5-6-4-3+tanh", "mlp:5-6-4-3+gelu",
      "4 dense5 relu dense3 smooth0.1 weighted",
      "mlp:4-6-3+tanh+groupnorm2", "3x3x2 conv4k2 layernorm tanh groupnorm2 dense3",
      "mlp:5-8-3+dropout0.5",
      "mlp:4-5-3+tanh+batchnorm",
      "mlp:4-5-4-3+ghost4+dropout0.25", "5x4x2 conv4k3x2s2p1g2 relu6 maxpool2s1 dense3",
      "3x3x2 depthwise3 batchnorm tanh residual2 averagepool2s1 dense1 binary",
      "4x4x1 bareconv3k3p1 movingnorm relu residual1 globalpool dense4",
    ])
  func theBoundIsSharp(_ name: String) throws {
    var choices = Choices(seed: 21)
    let data = try ModelCase<Number>(&choices, model: try ModelSpec(spelled: name), callsOf: [8])
    let compared = try Self.comparisons(data)
    #expect(mostlyZero(compared.map(\.backward.value)) == nil)
    let largest = compared.map(\.backward.value.magnitude).max() ?? 0
    let share = (Double.ulpOfOne / 2).squareRoot()
    for (name, backward, forward) in compared {
      #expect(backward.error + forward.error < share * largest, "\(name)")
    }
  }
}
