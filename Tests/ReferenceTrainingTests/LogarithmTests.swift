import Foundation
import Testing

@testable import ReferenceTraining

@Suite struct LogarithmTests {
  /// The documented bound, in ulps.
  static let bound = 0.623

  @Test func errorStaysBelowTheDocumentedBound() {
    let sweep = FloatSweep.measure(
      { ElementaryFunctions.log($0) }, against: { Foundation.log($0) })
    #expect(sweep.worst.ulps < Self.bound, "at \(sweep.worst.argument)")
    #expect(sweep.worst.ulps > 0.5)
    #expect(sweep.decreases == 0)
  }

  @Test func errorReachesTheDocumentedBound() {
    let x: Float = 0x1.664666p-1
    let error = FloatSweep.ulps(of: ElementaryFunctions.log(x), from: Foundation.log(Double(x)))
    #expect(error < Self.bound && error > Self.bound - 0.001)
  }

  /// 1, the steps of the exponent, and both ends of the subnormal and the finite range.
  @Test(
    arguments: [
      1, 0x1.6a09e6p-1, 0x1.6a09e6p+0, 0x1.6a09e6p-126, 2, 0.5, 0x1p-126, 0x1p-149, 0x1p-140,
      .greatestFiniteMagnitude,
    ] as [Float])
  func thresholdsAreExact(center: Float) {
    for x in FloatSweep.floats(around: center) {
      let error = FloatSweep.ulps(of: ElementaryFunctions.log(x), from: Foundation.log(Double(x)))
      #expect(error < Self.bound, "at \(x)")
    }
  }

  @Test func `the logarithm of 1, zeros, negative numbers and NaN`() {
    #expect(ElementaryFunctions.log(1).bitPattern == 0)
    #expect(ElementaryFunctions.log(0) == -.infinity)
    #expect(ElementaryFunctions.log(-0.0) == -.infinity)
    #expect(ElementaryFunctions.log(.infinity) == .infinity)
    for negative: Float in [-1, -.leastNonzeroMagnitude, -.greatestFiniteMagnitude, -.infinity] {
      #expect(ElementaryFunctions.log(negative).isNaN)
    }
    for pattern: UInt32 in [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff] {
      #expect(ElementaryFunctions.log(Float(bitPattern: pattern)).isNaN)
    }
  }

  /// Of a power of two the logarithm is one constant times the exponent, correctly rounded.
  @Test func `the logarithm of a power of two is correctly rounded`() {
    for exponent in -149...127 {
      let x = Float(sign: .plus, exponent: exponent, significand: 1)
      let exact = Double(exponent) * 0x1.62e42fefa39efp-1
      #expect(ElementaryFunctions.log(x) == Float(exact), "at \(x)")
    }
  }
}
