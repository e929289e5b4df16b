import Foundation
import Testing

@testable import ReferenceTraining

@Suite struct ExponentialTests {
  /// The documented bounds, in ulps, for normal and for subnormal results.
  static let normalBound = 0.660
  static let subnormalBound = 0.765

  static func bound(for exact: Double) -> Double {
    exact < Double(Float.leastNormalMagnitude) ? subnormalBound : normalBound
  }

  /// Positive arguments, negative ones with a normal result, and the rest, of which the results
  /// are subnormal, zero or NaN.
  @Test(
    arguments: [
      (0x0000_0000...0x7fff_ffff, normalBound), (0x8000_0000...0xc2ae_ac4f, normalBound),
      (0xc2ae_ac50...0xffff_ffff, subnormalBound),
    ] as [(ClosedRange<UInt32>, Double)])
  func errorStaysBelowTheDocumentedBound(patterns: ClosedRange<UInt32>, bound: Double) {
    let sweep = FloatSweep.measure(
      { ElementaryFunctions.exp($0) }, against: { Foundation.exp($0) }, over: patterns)
    #expect(sweep.worst.ulps < bound, "at \(sweep.worst.argument)")
    #expect(sweep.worst.ulps > 0.5)
    #expect(sweep.decreases == 0)
  }

  @Test(arguments: [(-0x1.78f22cp+2, normalBound), (-0x1.5edcb4p+6, subnormalBound)])
  func errorReachesTheDocumentedBound(argument: Double, bound: Double) {
    let x = Float(argument)
    let error = FloatSweep.ulps(of: ElementaryFunctions.exp(x), from: Foundation.exp(argument))
    #expect(Double(x) == argument)
    #expect(error < bound && error > bound - 0.001)
  }

  /// Overflow, the subnormal range, zero, the bounds of the argument, and steps of the exponent.
  @Test(
    arguments: [
      0x1.62e43p+6, -0x1.5d58ap+6, -0x1.9fe36ap+6, -104, 89, 0, 1, -1, 0x1.62e43p-2, -0x1.62e43p-2,
    ] as [Float])
  func thresholdsAreExact(center: Float) {
    for x in FloatSweep.floats(around: center) {
      let exact = Foundation.exp(Double(x))
      let error = FloatSweep.ulps(of: ElementaryFunctions.exp(x), from: exact)
      #expect(error < Self.bound(for: exact), "at \(x)")
    }
  }

  @Test func `the exponential of zeros, infinities and NaN`() {
    #expect(ElementaryFunctions.exp(0) == 1)
    #expect(ElementaryFunctions.exp(-0.0) == 1)
    #expect(ElementaryFunctions.exp(.leastNonzeroMagnitude) == 1)
    #expect(ElementaryFunctions.exp(.infinity) == .infinity)
    #expect(ElementaryFunctions.exp(-.infinity).bitPattern == 0)
    #expect(ElementaryFunctions.exp(.greatestFiniteMagnitude) == .infinity)
    #expect(ElementaryFunctions.exp(-.greatestFiniteMagnitude).bitPattern == 0)
    for pattern: UInt32 in [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff] {
      #expect(ElementaryFunctions.exp(Float(bitPattern: pattern)).isNaN)
    }
  }

  @Test func `the exponential overflows and underflows where it says`() {
    let overflow: Float = 0x1.62e43p+6
    #expect(ElementaryFunctions.exp(overflow) == .infinity)
    #expect(ElementaryFunctions.exp(overflow.nextDown).isFinite)
    let underflow: Float = -0x1.9fe36ap+6
    #expect(ElementaryFunctions.exp(underflow) == 0)
    #expect(ElementaryFunctions.exp(underflow.nextUp) == .leastNonzeroMagnitude)
  }

  /// The reduction's first difference has no rounding error, which the error bound rests on.
  @Test func `the reduction of the argument rounds nothing`() {
    // Half of ln 2, and what the remainder's polynomial adds to it, with the error of the reduction.
    let (largestHigh, largestTail): (Float, Float) = (0.34658, 0.0686)
    var x: Float = -104
    while x < 89 {
      let (exponent, high, tail) = ElementaryFunctions.reduced(x)
      #expect(Double(high) == Double(x) - Double(exponent) * Double(0x1.62e43p-1 as Float))
      #expect(high.magnitude < largestHigh && tail.magnitude < largestTail)
      x += 0x1.6a09e6p-8
    }
  }
}
