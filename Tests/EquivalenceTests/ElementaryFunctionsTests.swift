import Foundation
import Testing

@testable import OptimizedTraining
@testable import ReferenceTraining

/// The functions on lanes against the reference's, each of which has its error bound from there.
@Suite struct ElementaryFunctionsTests {
  /// A prime, so that every pattern of low bits is met in every binade; 1 takes every `Float`.
  private static let stride: UInt32 =
    ProcessInfo.processInfo.environment["BATCHWISE_EXHAUSTIVE"] == "1" ? 1 : 1999

  private func firstDifference(
    _ lanes: (Lanes) -> Lanes, _ reference: (Float) -> Float
  ) -> String? {
    var first: UInt32 = 0
    while true {
      var x = Lanes.zero
      for lane in 0..<Lanes.scalarCount {
        x[lane] = Float(bitPattern: first &+ UInt32(lane) &* Self.stride)
      }
      let y = lanes(x)
      for lane in 0..<Lanes.scalarCount {
        let expected = reference(x[lane])
        guard y[lane].bitPattern == expected.bitPattern || (y[lane].isNaN && expected.isNaN)
        else { return "of \(x[lane]) is \(y[lane]) instead of \(expected)" }
      }
      let (next, overflow) = first.addingReportingOverflow(
        UInt32(Lanes.scalarCount) * Self.stride)
      if overflow { return nil }
      first = next
    }
  }

  @Test func `exp of a lane is the bits of the reference's exp`() {
    #expect(
      firstDifference(
        OptimizedTraining.ElementaryFunctions.exp, ReferenceTraining.ElementaryFunctions.exp)
        == nil)
  }

  @Test func `log of a lane is the bits of the reference's log`() {
    #expect(
      firstDifference(
        OptimizedTraining.ElementaryFunctions.log, ReferenceTraining.ElementaryFunctions.log)
        == nil)
  }

  @Test func `tanh of a lane is the bits of the reference's tanh`() {
    #expect(
      firstDifference(
        OptimizedTraining.ElementaryFunctions.tanh, ReferenceTraining.ElementaryFunctions.tanh)
        == nil)
  }
}
