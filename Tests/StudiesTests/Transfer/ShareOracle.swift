import GradientOracles
import PropertyTesting
import ReferenceTraining
import TrainingCore

@testable import Studies

/// What is left of a source's statistics by a formula of its own, and how far rounding may be off it.
///
/// With w = 1 − m as `Float` has it, averages that took b₁ … bₜ are (1 − w)ᵗ μˢ + Σ w (1 − w)ᵗ⁻ᵏ bₖ. The
/// share λ is linear in them but for its constant, and λ(μˢ) = 1: so λ = (1 − w)ᵗ + Σ w (1 − w)ᵗ⁻ᵏ λ(bₖ).
struct ShareOracle {
  /// mᵗ.
  private(set) var closed = 1.0
  /// How far mᵗ may be off (1 − w)ᵗ: |aᵗ − bᵗ| ≤ t |a − b| for a and b from 0 to 1, and t roundings.
  let closedBound: Double
  /// (1 − w)ᵗ + Σ w (1 − w)ᵗ⁻ᵏ λ(bₖ).
  let whole: Double
  /// Σ w (1 − w)ᵗ⁻ᵏ |λ(bₖ)|.
  let batches: Double
  /// How far a share may be off the exact one: the averages' rounding, and that of both formulas.
  let bound: Double

  init(source: [Tensor], momentum: Double, taken: [[Tensor]], population: [Tensor]) {
    typealias Exact = RunningError<Double>
    let weight = Float(1 - momentum)
    let kept = Exact(1.0) - Exact(exactly: Double(weight))
    let way = Way(source: source, population: population)
    var whole = Exact(1.0)
    var batches = Exact.zero
    for latest in taken {
      let share = way.share(of: latest.map { $0.values.map(Double.init) })
      whole = (kept * whole).addingProduct(Exact(exactly: Double(weight)), share)
      let size = share < .zero ? Exact.zero - share : share
      batches = (kept * batches).addingProduct(Exact(exactly: Double(weight)), size)
      closed *= momentum
    }
    let steps = Double(taken.count)
    let difference = (momentum - kept.value).magnitude + kept.error
    closedBound = steps * difference + Rounding.gamma(taken.count, of: Double.self)
    self.whole = whole.value
    self.batches = batches.value
    let averages = Self.averages(source, weight: weight, taken: taken)
    let measured = way.share(of: averages.map { $0.map { Double($0.value) } })
    bound = (whole.error + batches.error + measured.error + way.error(of: averages)).nextUp
  }

  /// The averages with bounds on their rounding, by the trainer's formula.
  private static func averages(
    _ source: [Tensor], weight: Float, taken: [[Tensor]]
  ) -> [[RunningError<Float>]] {
    var averages = source.map { $0.values.map { RunningError<Float>(exactly: $0) } }
    for latest in taken {
      for index in averages.indices {
        for channel in averages[index].indices {
          let old = averages[index][channel]
          averages[index][channel] = old.addingProduct(
            RunningError(exactly: weight),
            RunningError(exactly: latest[index].values[channel]) - old)
        }
      }
    }
    return averages
  }
}

/// The way from the target's means to the source's, with the operations of `SourceShare`.
private struct Way {
  typealias Exact = RunningError<Double>
  /// A channel's place, what it varies by, and its part of the way.
  struct Channel {
    let tensor: Int
    let channel: Int
    let target: Exact
    let variance: Exact
    let way: Exact
  }

  private var channels: [Channel] = []
  private var square = Exact.zero

  init(source: [Tensor], population: [Tensor]) {
    for tensor in stride(from: 0, to: source.count, by: 2) {
      for channel in source[tensor].values.indices {
        let variance = Exact(exactly: Double(population[tensor + 1].values[channel]))
        guard variance.value > 0 else { continue }
        let target = Exact(exactly: Double(population[tensor].values[channel]))
        let way = Exact(exactly: Double(source[tensor].values[channel])) - target
        channels.append(
          Channel(tensor: tensor, channel: channel, target: target, variance: variance, way: way))
        square = square + way * way / variance
      }
    }
  }

  func share(of statistics: [[Double]]) -> Exact {
    var product = Exact.zero
    for place in channels {
      let distance = Exact(exactly: statistics[place.tensor][place.channel]) - place.target
      product = product + place.way * distance / place.variance
    }
    return product / square
  }

  /// How far the averages' errors may move their share.
  func error(of averages: [[RunningError<Float>]]) -> Double {
    var sum = Exact.zero
    for place in channels {
      let size = place.way < .zero ? Exact.zero - place.way : place.way
      sum =
        sum + size * Exact(exactly: averages[place.tensor][place.channel].error) / place.variance
    }
    let share = sum / square
    return share.value + share.error
  }
}
