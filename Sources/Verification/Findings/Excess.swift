import Foundation

/// The worst of differences, each as a share of its bound.
struct Excess {
  /// The largest |actual − expected|/bound; infinite for what is not a number.
  private(set) var share = 0.0
  /// Where that is.
  private(set) var place = ""

  /// Takes numbers with their bounds.
  mutating func compare(
    _ actual: [Float], _ expected: [Float], bounds: [Double], name: String
  ) {
    compare(actual.map(Double.init), expected.map(Double.init), bounds: bounds, name: name)
  }

  /// Takes numbers with their bounds.
  mutating func compare(
    _ actual: [Double], _ expected: [Double], bounds: [Double], name: String
  ) {
    guard actual.count == expected.count, bounds.count == expected.count else {
      (share, place) = (.infinity, "\(actual.count) numbers of \(name)")
      return
    }
    for index in expected.indices {
      let error = (actual[index] - expected[index]).magnitude
      if error == 0 { continue }
      let ratio = error / bounds[index]
      let isWorse = ratio > share || (ratio.isNaN && share < .infinity)
      if isWorse {
        share = ratio.isNaN ? .infinity : ratio
        place = "\(name)[\(index)] is \(actual[index]) instead of \(expected[index])"
      }
    }
  }

  /// The share in percent, to two digits.
  var percent: String {
    guard share.isFinite else { return "more than all" }
    return "\(String(format: "%.2g", share * 100)) %"
  }
}
