import Foundation
import Testing

@testable import ReferenceTraining

@Suite struct HyperbolicTangentTests {
  /// The documented bound, in ulps.
  static let bound = 0.758

  @Test func errorStaysBelowTheDocumentedBound() {
    let sweep = FloatSweep.measure(
      { ElementaryFunctions.tanh($0) }, against: { Foundation.tanh($0) })
    #expect(sweep.worst.ulps < Self.bound, "at \(sweep.worst.argument)")
    #expect(sweep.worst.ulps > 0.5)
    #expect(sweep.decreases == 0)
  }

  @Test(arguments: [0x1.66e8b2p-3, -0x1.66e8b2p-3] as [Float])
  func errorReachesTheDocumentedBound(x: Float) {
    let error = FloatSweep.ulps(of: ElementaryFunctions.tanh(x), from: Foundation.tanh(Double(x)))
    #expect(error < Self.bound && error > Self.bound - 0.001)
  }

  /// Against "−tanh(−x)" as the exact value, any difference shows as an error; signs of zero and
  /// the bound of 1 are looked at as well.
  @Test func isOddAndBoundedByOne() {
    let sweep = FloatSweep.measure(
      { x in
        let value = ElementaryFunctions.tanh(x)
        return value.isNaN || (value.sign == x.sign && value.magnitude <= 1) ? value : .infinity
      },
      against: { -Double(ElementaryFunctions.tanh(-Float($0))) })
    #expect(sweep.worst == (0, 0))
  }

  /// Zero, the steps of the exponent, where the result reaches 1, and the argument's bound.
  @Test(
    arguments: [
      0, 0x1.62e43p-3, 0x1.0a2b24p-1, 0.5, 1, 0x1.04a08ap+3, 0x1.1acdd8p+3, 0x1.205966p+3, 10,
      0x1p-126, 0x1p-63,
    ] as [Float])
  func thresholdsAreExact(center: Float) {
    for x in FloatSweep.floats(around: center) {
      let error = FloatSweep.ulps(
        of: ElementaryFunctions.tanh(x), from: Foundation.tanh(Double(x)))
      #expect(error < Self.bound, "at \(x)")
    }
  }

  @Test func `the hyperbolic tangent of zeros, large numbers and NaN`() {
    #expect(ElementaryFunctions.tanh(0).bitPattern == 0)
    #expect(ElementaryFunctions.tanh(-0.0).bitPattern == 0x8000_0000)
    for large: Float in [10, 1e10, .greatestFiniteMagnitude, .infinity] {
      #expect(ElementaryFunctions.tanh(large) == 1)
      #expect(ElementaryFunctions.tanh(-large) == -1)
    }
    for pattern: UInt32 in [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff] {
      #expect(ElementaryFunctions.tanh(Float(bitPattern: pattern)).isNaN)
    }
  }

  @Test func reachesOneWhereDocumented() {
    let one: Float = 0x1.1acdd8p+3
    #expect(ElementaryFunctions.tanh(one) == 1)
    #expect(ElementaryFunctions.tanh(one.nextDown) < 1)
  }

  /// x − x³/3 rounds to x where x² / 3 is below 2⁻²⁵.
  @Test func smallArgumentsAreTheirOwnTangent() {
    for exponent in -149 ... -13 {
      let x = Float(sign: .plus, exponent: exponent, significand: 1)
      for y in [x, -x, x.nextUp] {
        #expect(ElementaryFunctions.tanh(y).bitPattern == y.bitPattern, "at \(y)")
      }
    }
  }
}
