import Testing

@testable import Verification

@Suite struct MotionTests {
  private static let rate = 0x1p-12

  /// An update that moves the weights by Δ + ηG + η²Q.
  private static func motion(
    constant: [Double], gradient: [Double], drift: [Double]
  ) throws -> Motion {
    try Motion(rate: rate, readingError: 0x1p-53, halfOfDigits: 0x1p-26) { rate in
      var displacement = constant
      displacement.add(rate, times: gradient)
      displacement.add(rate * rate, times: drift)
      return ForeignTrainer.Update(
        vector: displacement.scaled(by: 1 / rate), norm: 0, told: TrainerAnswer.Update())
    }
  }

  @Test func `One step's gradient is read at one rate`() throws {
    let motion = try Self.motion(constant: [0, 0], gradient: [1, -2], drift: [0, 0])
    #expect(motion.gradient == [1, -2])
    #expect(motion.constant.isEmpty && !motion.stepsBetween)
  }

  @Test func `Steps between the parts show, and not in the gradient`() throws {
    let motion = try Self.motion(constant: [0, 0], gradient: [1, -2], drift: [3, 5])
    #expect(motion.stepsBetween && motion.constant.isEmpty)
    #expect(motion.gradient.subtracting([1, -2]).norm <= motion.rounding)
    // Reading two displacements, by the coefficients of the combination.
    #expect(motion.rounding == 16 * 2 * 0x1p-53 / Self.rate)
  }

  @Test func `What rounding moves is neither a step between the parts nor a motion of its own`()
    throws
  {
    let motion = try Self.motion(constant: [2e-15, 0], gradient: [1, -2], drift: [1e-6, 0])
    #expect(!motion.stepsBetween && motion.constant.isEmpty)
  }

  @Test func `Weights that move without the optimizer show, and not in the gradient`() throws {
    let motion = try Self.motion(constant: [1e-3, 0], gradient: [1, -2], drift: [0, 0])
    #expect(!motion.stepsBetween)
    #expect(motion.constant.subtracting([1e-3, 0]).norm <= motion.rounding * Self.rate)
    #expect(motion.gradient.subtracting([1, -2]).norm <= motion.rounding)
  }
}
