import GradientOracles
import PropertyTesting
import TrainingCore
import Verification

@testable import ReferenceTraining

/// A layer with random data, a random direction u and a random cotangent v.
struct LayerCase<S: RandomScalar>: CustomStringConvertible {
  let pass: LayerPass<S>
  let x: Matrix<S>
  let parameters: Parameters<S>
  let inputDirection: Matrix<S>
  let parameterDirection: Parameters<S>
  let cotangent: Matrix<S>
  /// What the gradients hold before the backward pass adds to them.
  let contents: Parameters<S>
  let description: String

  init(
    _ kind: LayerKind, _ choices: inout Choices, samples: ClosedRange<Int> = 1...9,
    groups: ClosedRange<Int> = 2...5
  ) throws {
    let samples = choices.integer(in: samples)
    let layer = try RandomLayer<S>(kind, samples: samples, groups: groups, &choices)
    pass = layer.pass
    let random: Matrix<S> = choices.matrix(rows: samples, columns: layer.inputs)
    x = kind == .relu6 ? choices.aroundSix(rows: samples, columns: layer.inputs) : random
    inputDirection = choices.matrix(rows: samples, columns: layer.inputs)
    let shape = layer.parameters
    let drawn: [Parameters<S>] = choices.parameters(like: [shape, shape, shape])
    parameters = drawn[0]
    parameterDirection = drawn[1]
    contents = drawn[2]
    cotangent = choices.matrix(rows: samples, columns: layer.outputs)
    description =
      "\(layer.pass), \(samples) samples of \(layer.inputs) numbers to \(layer.outputs)"
  }

  /// ⟨J u, v⟩: the derivative along u by dual numbers, times v.
  var directional: S {
    let y = pass.lifted.forward(
      x.lifted(along: inputDirection), with: parameters.lifted(along: parameterDirection))
    let derivatives = Matrix<S>(
      rows: y.rows, columns: y.columns, elements: y.elements.map(\.derivative))
    return derivatives.dot(cotangent)
  }

  /// ⟨u, Jᵀ v⟩: u times what the backward pass makes of v.
  var adjoint: S {
    var gradient = contents
    let inputGradient = pass.backward(x, with: parameters, cotangent: cotangent, into: &gradient)
    return inputGradient.dot(inputDirection) + gradient.less(contents).dot(parameterDirection)
  }
}

extension Choices {
  /// Numbers on all three sides of the kinks 0 and 6, and never at one: odd multiples of 2⁻⁴ from −3 to
  /// 9.
  fileprivate mutating func aroundSix<S: Scalar>(rows: Int, columns: Int) -> Matrix<S> {
    let elements = array(rows * columns) { S(Double(2 * $0.integer(in: -24...71) + 1) / 16) }
    return Matrix(rows: rows, columns: columns, elements: elements)
  }
}

extension LayerCase where S: BinaryFloatingPoint {
  /// The cotangent times the layer's outputs, on the way in the layer's direction.
  var segment: Segment<S> {
    var gradient = parameters.zeros.lifted()
    let inputGradient = pass.lifted.backward(
      x.lifted(along: inputDirection), with: parameters.lifted(along: parameterDirection),
      cotangent: cotangent.lifted(), into: &gradient)
    let slope =
      inputGradient.dot(inputDirection.lifted()) + gradient.dot(parameterDirection.lifted())
    return Segment(
      value: { h in
        pass.forward(
          x.moved(h, along: inputDirection), with: parameters.moved(h, along: parameterDirection)
        ).dot(cotangent)
      }, slope: slope.value, curvature: slope.derivative)
  }
}
