import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// A backward pass is the adjoint of the derivative: ⟨J u, v⟩ = ⟨u, Jᵀ v⟩ for every direction u of
/// inputs and parameters and every cotangent v, layer by layer.
///
/// The left side comes from the forward code and dual numbers, the right side from the backward
/// code.
@Suite struct AdjointTests {
  /// In the field without any error: a wrong coefficient of u or v would show.
  @Test(.tags(.property), arguments: LayerKind.allCases)
  func holdsExactlyInAField(_ kind: LayerKind) {
    forAll("adjoint of \(kind) in a field", cases: 60) { choices in
      try LayerCase<PrimeField>(kind, &choices)
    } failure: { layer in
      layer.directional == layer.adjoint ? nil : "\(layer.directional) and \(layer.adjoint)"
    }
  }

  /// In Double within what both sides' own roundings come to at most.
  @Test(.tags(.property), arguments: LayerKind.allCases)
  func holdsInDoubleWithinRounding(_ kind: LayerKind) {
    forAll("adjoint of \(kind) in Double", cases: 60) { choices in
      try LayerCase<RunningError<Double>>(kind, &choices)
    } failure: { layer in
      let (left, right) = (layer.directional, layer.adjoint)
      return excess([left.value], [right.value], bounds: [left.error + right.error])
    }
  }

  /// Where the rectifier's slope jumps it is taken from the left, (f(0) − f(−h))/h = 0, as
  /// frameworks do: every unit that is off, also one that is 0, stops the gradient.
  ///
  /// In the field and in Double a random number is hardly ever at the kink, so it has a test of its
  /// own. A dual number's derivative at the kink is that of its own branch, and says nothing here.
  @Test func atTheKinkTheSlopeIsThatFromTheLeft() {
    let x = Matrix<Double>(rows: 2, columns: 3, elements: [-1, 0, 1, -0.0, 0.5, -0.5])
    let step = 0x1p-10
    var shifted = x
    for index in x.elements.indices { shifted.elements[index] -= step }
    let parameters = Parameters<Double>(weight: x, bias: x)
    let cotangent = Matrix<Double>(rows: 2, columns: 3, elements: [2, 3, 5, 7, 11, 13])
    var unused = parameters
    let actual = LayerPass.relu.backward(x, with: parameters, cotangent: cotangent, into: &unused)
    let rise = LayerPass.relu.forward(x, with: parameters)
      .less(LayerPass.relu.forward(shifted, with: parameters))
    let slopes = zip(rise.elements, cotangent.elements).map { $0 / step * $1 }
    #expect(actual.elements == slopes)
    #expect(slopes == [0, 0, 5, 0, 11, 0])
  }

  /// The rectifier that ends at six stops the gradient at both kinks: at 0 its slope is that from the
  /// left, at 6 that from the right, which are the sides where it is flat.
  @Test func atBothKinksOfReLU6TheSlopeIsThatOfTheFlatSide() {
    let x = Matrix<Double>(rows: 1, columns: 6, elements: [-1, 0, 1, 5.5, 6, 7])
    let parameters = Parameters<Double>(weight: x, bias: x)
    let cotangent = Matrix<Double>(rows: 1, columns: 6, elements: [2, 3, 5, 7, 11, 13])
    var unused = parameters
    let actual = LayerPass.relu6.backward(x, with: parameters, cotangent: cotangent, into: &unused)
    let step = 0x1p-10
    var outwards = x
    for index in x.elements.indices { outwards.elements[index] += index < 3 ? -step : step }
    let rise = LayerPass.relu6.forward(outwards, with: parameters)
      .less(LayerPass.relu6.forward(x, with: parameters))
    let slopes = zip(rise.elements, cotangent.elements).map { $0.magnitude / step * $1 }
    #expect(actual.elements == slopes)
    #expect(slopes == [0, 0, 5, 7, 0, 0])
  }

  /// Among equals the first has the window's gradient, as the first is what forward takes: with the
  /// others at their values, moving it alone up moves the largest.
  @Test func amongEqualsTheFirstHasTheGradientOfAMaximum() {
    let image = ImageShape(height: 2, width: 2)
    let windows = PoolWindows.whole(of: image)
    let x = Matrix<Double>(rows: 1, columns: 4, elements: [1, 3, 3, 3])
    let parameters = Parameters<Double>(weight: x, bias: x)
    let cotangent = Matrix<Double>(rows: 1, columns: 1, elements: [7])
    var unused = parameters
    let actual = LayerPass.maxPool(windows).backward(
      x, with: parameters, cotangent: cotangent, into: &unused)
    #expect(actual.elements == [0, 7, 0, 0])
  }
}
