import Foundation
import TrainingCore

/// Measured numbers beside those that a law predicts, and how far rounding may part them.
struct BoundedPrediction: Sendable {
  let measured: [Double]
  let predicted: [Double]
  /// How far each number may be off by rounding alone.
  let bounds: [Double]
}

extension BoundedPrediction {
  init(_ predictions: [BoundedPrediction]) {
    self.init(
      measured: predictions.flatMap(\.measured), predicted: predictions.flatMap(\.predicted),
      bounds: predictions.flatMap(\.bounds))
  }

  /// The largest |measured − predicted|/bound: how much of the bounds is used.
  ///
  /// 0 where nothing is off; infinity where something is not a number or a bound says nothing.
  var worstShare: Double {
    zip(zip(measured, predicted), bounds).reduce(0) { worst, next in
      let error = (next.0.0 - next.0.1).magnitude
      guard next.1.isFinite, !error.isNaN else { return .infinity }
      return error == 0 ? worst : max(worst, error / next.1)
    }
  }

  /// `worstShare` in per cent, in three digits.
  var percent: String {
    let share = worstShare
    return share.isFinite ? "\((100 * share).brief) %" : "more than all"
  }

  /// Whether all numbers are within their bounds, and there are some.
  var holds: Bool {
    worstShare <= 1 && measured.count == predicted.count && bounds.count == measured.count
      && !measured.isEmpty
  }
}

/// The worst of many differences, each as a share of its bound, and where it is.
struct Excess {
  /// The largest |actual − expected|/bound; infinite for what is not a number.
  private(set) var share = 0.0
  private var place = ""

  var holds: Bool { share <= 1 }

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

  /// The share in per cent, in two digits.
  var percent: String {
    guard share.isFinite else { return "more than all" }
    return "\(String(format: "%.2g", share * 100)) %"
  }

  /// Where a number is beyond its bound, for the end of a sentence; empty where none is.
  func fault(separator: String = "; ") -> String { holds ? "" : separator + place }
}

/// How many numbers differ in a bit, and which is the first.
///
/// What is not a number equals what is not a number: its sign and payload are the processor's
/// choice.
struct BitComparison {
  private(set) var compared = 0
  private(set) var differing = 0
  private var first: String?

  mutating func compare(_ actual: [Float], _ expected: [Float], name: String) {
    compared += expected.count
    guard actual.count == expected.count else {
      return differ(
        "\(actual.count) numbers of \(name) instead of \(expected.count)",
        max(actual.count, expected.count))
    }
    for index in expected.indices {
      let (a, e) = (actual[index], expected[index])
      if a.bitPattern == e.bitPattern || (a.isNaN && e.isNaN) { continue }
      differ("\(name)[\(index)] is \(a) instead of \(e)")
    }
  }

  mutating func compare(_ actual: [Tensor], _ expected: [Tensor]) {
    guard actual.map(\.name) == expected.map(\.name) else {
      return differ("tensors \(actual.map(\.name)) instead of \(expected.map(\.name))")
    }
    for (a, e) in zip(actual, expected) { compare(a.values, e.values, name: e.name) }
  }

  /// Compares all that training changes, except for how many passes the moving averages have seen.
  mutating func compare(_ actual: ModelState, _ expected: ModelState) {
    compare(actual.parameters, expected.parameters)
    compare(actual.statistics, expected.statistics)
    compare(actual.slots.flatMap { $0 }, expected.slots.flatMap { $0 })
    if actual.steps != expected.steps {
      differ("\(actual.steps) steps instead of \(expected.steps)")
    }
  }

  private mutating func differ(_ place: @autoclosure () -> String, _ count: Int = 1) {
    differing += count
    first = first ?? place()
  }

  /// How many were compared or differ, with what was compared in the plural.
  func measured(_ noun: String) -> String {
    if let first { return "\(differing) of \(grouped(compared)) \(noun) differ: \(first)" }
    return "\(grouped(compared)) \(noun), no bit differs"
  }
}
