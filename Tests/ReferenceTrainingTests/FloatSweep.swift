import Dispatch
import Foundation
import Synchronization

/// What a function's results over many floats, against exact values, come to.
struct FloatSweep {
  /// The largest error in ulps, and the argument at which it occurs.
  var worst: (ulps: Double, argument: Float) = (0, 0)

  /// How many results go the wrong way from the argument before, for an increasing function.
  var decreases = 0

  /// The distance of a result from the exact value, in ulps of the `Float` nearest to the latter.
  ///
  /// Infinite where only one of the two is NaN, or only one is infinite once rounded to `Float`.
  static func ulps(of result: Float, from exact: Double) -> Double {
    let rounded = Float(exact)
    guard rounded.isFinite else {
      return result == rounded || (result.isNaN && rounded.isNaN) ? 0 : .infinity
    }
    return result.isFinite ? abs(Double(result) - exact) / Double(rounded.ulp) : .infinity
  }

  /// Whether sweeps look at every `Float`, which takes minutes, instead of a sample.
  static let isExhaustive = ProcessInfo.processInfo.environment["BATCHWISE_EXHAUSTIVE"] == "1"

  /// The step between the bit patterns of a sample: a prime, so that the sample meets every pattern
  /// of low bits in every binade.
  static let sampleStride: UInt32 = 977

  /// Compares a function with exact values over floats given by their bit patterns, on all cores.
  ///
  /// Bit patterns ascend as magnitudes do, so over the negative floats the results of an
  /// increasing function have to fall.
  static func measure(
    _ function: @Sendable (Float) -> Float, against exact: @Sendable (Double) -> Double,
    over patterns: ClosedRange<UInt32> = 0...UInt32.max,
    stride: UInt32 = isExhaustive ? 1 : sampleStride
  ) -> FloatSweep {
    let arguments = UInt64(patterns.upperBound - patterns.lowerBound) / UInt64(stride) + 1
    let argument = { @Sendable (index: UInt64) in
      Float(bitPattern: patterns.lowerBound + UInt32(index) * stride)
    }
    let parts: UInt64 = 256
    let total = Mutex(FloatSweep())
    DispatchQueue.concurrentPerform(iterations: Int(parts)) { part in
      let indices = arguments * UInt64(part) / parts..<arguments * UInt64(part + 1) / parts
      var sweep = FloatSweep()
      var previous: Float = .nan
      if indices.lowerBound > 0 {
        previous = function(argument(indices.lowerBound - 1))
      }
      for index in indices {
        let x = argument(index)
        let result = function(x)
        let error = ulps(of: result, from: exact(Double(x)))
        if error > sweep.worst.ulps { sweep.worst = (error, x) }
        let decreases = x.sign == .plus ? result < previous : result > previous
        sweep.decreases += decreases ? 1 : 0
        previous = result
      }
      total.withLock { [sweep] in $0.combine(sweep) }
    }
    return total.withLock { $0 }
  }

  /// Takes in another part's findings; of equal errors the one at the lower bit pattern stays, so
  /// that the order in which parts end doesn't show.
  private mutating func combine(_ other: FloatSweep) {
    decreases += other.decreases
    let isLower = other.worst.argument.bitPattern < worst.argument.bitPattern
    if other.worst.ulps > worst.ulps || (other.worst.ulps == worst.ulps && isLower) {
      worst = other.worst
    }
  }

  /// The floats at most `distance` steps from `center`, in ascending order.
  static func floats(around center: Float, within distance: Int = 64) -> [Float] {
    var below = [center]
    var above: [Float] = []
    for _ in 0..<distance {
      below.append((below.last ?? center).nextDown)
      above.append((above.last ?? center).nextUp)
    }
    return below.reversed() + above
  }
}
