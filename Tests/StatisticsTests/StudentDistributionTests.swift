import Foundation
import Testing
@testable import Statistics

/// NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2, two-sided levels.
@Test(arguments: [
  (1, 0.95, 12.706), (2, 0.95, 4.303), (3, 0.95, 3.182), (4, 0.95, 2.776), (5, 0.95, 2.571),
  (6, 0.95, 2.447), (7, 0.95, 2.365), (8, 0.95, 2.306), (9, 0.95, 2.262), (10, 0.95, 2.228),
  (30, 0.95, 2.042), (100, 0.95, 1.984), (1, 0.99, 63.657), (2, 0.99, 9.925), (9, 0.99, 3.250),
  (4, 0.9, 2.132), (9, 0.998, 4.297), (100, 0.998, 3.174),
])
func quantilesAreThoseOfThePublishedTable(degrees: Int, level: Double, expected: Double) throws {
  let distribution = try #require(StudentDistribution(degreesOfFreedom: degrees))
  let quantile = try #require(distribution.twoSidedQuantile(level: level))
  let halfOfLastDigit = 0.5 / 1000
  #expect(abs(quantile - expected) <= halfOfLastDigit)
}

private let levels = [0.5, 0.683, 0.8, 0.9, 0.95, 0.99, 0.999]

/// One, two and four degrees of freedom have quantiles in closed form (Shaw, "Sampling Student's
/// T distribution", 2006, equations 34 to 37).
@Test(arguments: levels)
func quantilesAreTheClosedForms(level: Double) throws {
  func quantile(_ degrees: Int) throws -> Double {
    let distribution = try #require(StudentDistribution(degreesOfFreedom: degrees))
    return try #require(distribution.twoSidedQuantile(level: level))
  }
  let tail = (1 - level) * (1 + level)
  let angle = acos(tail.squareRoot()) / 3
  let closed = [
    1: tan(.pi / 2 * level), 2: level * (2 / tail).squareRoot(),
    4: 2 * (cos(angle) / tail.squareRoot() - 1).squareRoot(),
  ]
  for (degrees, expected) in closed {
    #expect(abs(try quantile(degrees) - expected) <= StudentDistribution.relativeError * expected)
  }
}

/// The density, integrated by Simpson's rule, gives back the level.
@Test(arguments: [1, 2, 3, 5, 8, 9, 30, 101, 1000], levels)
func theDensityEnclosesTheLevel(degrees: Int, level: Double) throws {
  let distribution = try #require(StudentDistribution(degreesOfFreedom: degrees))
  let quantile = try #require(distribution.twoSidedQuantile(level: level))
  let freedom = Double(degrees)
  let scale =
    exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / (freedom * .pi).squareRoot()
  // Over t = √ν · tan θ, so that heavy tails become a smooth function on a short range.
  func integrand(_ angle: Double) -> Double {
    scale * freedom.squareRoot() * pow(cos(angle), freedom - 1)
  }
  let steps = 4000
  let width = atan(quantile / freedom.squareRoot()) / Double(steps)
  let sum = (0...steps).reduce(0.0) { sum, step in
    let weight = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
    return sum + weight * integrand(Double(step) * width)
  }
  #expect(abs(2 * sum * width / 3 - level) <= StudentDistribution.relativeError)
}

@Test func thereIsNoQuantileWithoutDegreesOrLevel() throws {
  #expect(StudentDistribution(degreesOfFreedom: 0) == nil)
  #expect(StudentDistribution(degreesOfFreedom: -1) == nil)
  let distribution = try #require(StudentDistribution(degreesOfFreedom: 2))
  for level in [0, 1, -1, 2, Double.nan] {
    #expect(distribution.twoSidedQuantile(level: level) == nil)
  }
}
