import Foundation
import PropertyTesting
import Testing
import TrainingCore

@Suite struct SineAndCosineTests {
  private func both(_ degrees: Double) -> [Double] {
    let both = SineAndCosine(degrees: degrees)
    return [both.sine, both.cosine]
  }

  @Test func quarterTurnsAreExact() {
    #expect(both(0) == [0, 1] && both(360) == [0, 1] && both(-720) == [0, 1])
    #expect(both(90) == [1, 0] && both(-270) == [1, 0])
    #expect(both(180) == [0, -1] && both(-180) == [0, -1])
    #expect(both(270) == [-1, 0] && both(-90) == [-1, 0])
  }

  /// Angles of whole 1024ths of a degree, which turns and quarter turns are added to exactly.
  @Test func symmetriesHoldToTheLastBit() {
    forAll("symmetries of sine and cosine", cases: 300) {
      Double($0.integer(in: -400 << 10...400 << 10)) / 1024
    } failure: { angle in
      let (sine, cosine) = (both(angle)[0], both(angle)[1])
      return both(-angle) == [-sine, cosine] && both(angle + 360) == [sine, cosine]
        && both(angle + 90) == [cosine, -sine] && both(180 - angle) == [sine, -cosine]
        ? nil : "sine \(sine), cosine \(cosine)"
    }
  }

  /// The C library's are at most one unit in the last place off.
  ///
  /// The angle in radians that it is given is rounded too. Ours take a term xᵏ through k factors x,
  /// of two roundings each, a division, a product and a difference for every second of them, and the
  /// last product: below 80 roundings for k ≤ 19, while the terms without their signs are the series
  /// of sinh and cosh.
  @Test func theRestIsWithinRoundingOfTheLibrary() {
    forAll("sine and cosine", cases: 1000) {
      Double($0.integer(in: -180 << 20...180 << 20)) / 0x1p20
    } failure: { angle in
      let radians = angle * (Double.pi / 180)
      let rest = angle.remainder(dividingBy: 90).magnitude * Double.pi / 180
      let ours = Rounding.gamma(80, of: Double.self) * cosh(rest)
      let theirs = Rounding.gamma(2, of: Double.self) * radians.magnitude + Double.ulpOfOne
      return excess(
        both(angle), [sin(radians), cos(radians)], bounds: [ours + theirs, ours + theirs])
    }
  }
}
