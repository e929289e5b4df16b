import ReferenceTraining
import Testing
import Verification

/// Dual numbers against derivatives that are known in closed form, where nothing is rounded.
@Suite struct DualTests {
  private static let x = Dual<Double>(4, derivative: 1)
  private static let constant = Dual<Double>(3.0)

  @Test func `each operation follows the rule of calculus`() {
    let x = Self.x
    #expect((x + Self.constant).derivative == 1)
    #expect((Self.constant - x).derivative == -1)
    #expect((x * x * x).derivative == 48)
    #expect((Self.constant / x).derivative == -3.0 / 16)
    #expect((x / Dual(2.0)).derivative == 0.5)
    #expect(Self.constant.addingProduct(x, x).derivative == 8)
    #expect(x.addingProduct(Self.constant, x).derivative == 4)
    #expect(x.squareRoot().derivative == 0.25)
    #expect(Dual<Double>.log(x).derivative == 0.25)
    #expect(Dual<Double>.exp(Dual(0, derivative: 5)).derivative == 5)
    #expect(Dual<Double>.tanh(Dual(0, derivative: 5)).derivative == 5)
  }

  @Test func constantsHaveNoDerivative() {
    #expect(Dual<Double>(Float(3)).derivative == 0)
    #expect(Dual<Double>(3.0).derivative == 0)
    #expect(Dual<Double>.zero.derivative == 0)
  }

  @Test func comparedByValueAlone() {
    #expect(Dual(1.0, derivative: 2) == Dual(1.0, derivative: 3))
    #expect(Dual(1.0, derivative: 9) < Dual(2.0, derivative: 0))
    #expect(!(Dual(1.0, derivative: 0) < Dual(1.0, derivative: 9)))
  }

  /// x³ twice: the second derivative is the derivative's derivative.
  @Test func dualNumbersOfDualNumbers() {
    let x = Dual(Dual(2.0, derivative: 1), derivative: Dual(1.0, derivative: 0))
    #expect((x * x * x).derivative.derivative == 12)
  }
}
