import GradientOracles
import PropertyTesting
import TrainingCore

@testable import ReferenceTraining

/// The layers that have a backward pass of their own, and batch normalisation with ghost groups.
enum LayerKind: CaseIterable {
  case dense, relu, tanh, dropout, batchNorm, ghostBatchNorm, softmaxCrossEntropy
}

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
  ) {
    let samples = choices.integer(in: samples)
    let features = choices.integer(in: 1...7)
    var outputs = features
    var weightRows = 1
    switch kind {
    case .dense:
      pass = .dense
      outputs = choices.integer(in: 1...7)
      weightRows = features
    case .relu: pass = .relu
    case .tanh: pass = .tanh
    case .dropout:
      let mask: Matrix<S> = Dropout.mask(
        rate: choices.pick([0.5, 0.25, 0.9, 0.1]), seed: choices.draw(upTo: 99), layer: 3, epoch: 1,
        samples: Array(0..<samples), features: features)
      pass = .dropout(mask)
    case .batchNorm:
      let keras = choices.oneIn(3)
      pass = .batchNorm(keras ? .keras(features: features) : .pytorch(features: features))
    case .ghostBatchNorm:
      pass = .batchNorm(.pytorch(features: features, groupSize: choices.integer(in: groups)))
    case .softmaxCrossEntropy:
      pass = .softmaxCrossEntropy(choices.labels(samples, classes: features))
      outputs = 1
    }
    let shape = Parameters<S>(
      weight: Matrix(rows: weightRows, columns: outputs), bias: Matrix(rows: 1, columns: outputs))
    x = choices.matrix(rows: samples, columns: features)
    inputDirection = choices.matrix(rows: samples, columns: features)
    let drawn: [Parameters<S>] = choices.parameters(like: [shape, shape, shape])
    parameters = drawn[0]
    parameterDirection = drawn[1]
    contents = drawn[2]
    cotangent = choices.matrix(rows: samples, columns: outputs)
    description = "\(kind) [\(samples), \(features)] to [\(samples), \(outputs)]"
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
