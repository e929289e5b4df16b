import ReferenceTraining
import Statistics
import TrainingCore

/// The simple noise scale of a model's gradients on some data, with an interval.
///
/// The samples are cut into disjoint blocks, and each block into small batches. A block's mean
/// gradient and its small batches' give one pair of estimates of |G|² and tr Σ
/// (`NoiseScaleEstimate`), which may be negative; both are averaged over the blocks before they are
/// divided. The interval is that quotient's, with the jackknife's standard error for a ratio of means
/// (Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 11) times Student's t over
/// the blocks.
public struct NoiseScaleMeasurement: Codable, Sendable {
  /// One block's estimates.
  public let blocks: [NoiseScaleEstimate]
  /// The samples of a small batch, b.
  public let smallBatch: Int
  /// The samples of a block, B.
  public let largeBatch: Int

  /// The fewest blocks that say something of their spread.
  public static let fewestBlocks = 4

  /// Measures the gradients of a model at its weights; the trainer's own must be zero.
  ///
  /// The samples are used in `order`; what doesn't fill a block is left out. `largeBatch` is a multiple
  /// of `smallBatch`. `blockDone` is called after each block; where it returns false, the measurement
  /// ends with the blocks that there are. Throws `NoiseScaleError` for sizes that don't fit, fewer blocks
  /// than `fewestBlocks`, or a model that couples samples.
  public init(
    _ trainer: ReferenceTrainer<Float>, examples: Examples, order: [Int], smallBatch: Int,
    largeBatch: Int, blockDone: () -> Bool = { true }
  ) throws(NoiseScaleError) {
    guard smallBatch > 0, largeBatch > smallBatch, largeBatch % smallBatch == 0 else {
      throw .sizes(small: smallBatch, large: largeBatch)
    }
    guard order.count >= Self.fewestBlocks * largeBatch else {
      throw .tooFewSamples(order.count, largeBatch: largeBatch)
    }
    guard trainer.model.isUncoupled else { throw .coupled(trainer.model.name) }
    self.smallBatch = smallBatch
    self.largeBatch = largeBatch
    var blocks: [NoiseScaleEstimate] = []
    for first in stride(from: 0, through: order.count - largeBatch, by: largeBatch) {
      var whole = Array(repeating: 0.0, count: trainer.gradientElements.count)
      var smallSquares = 0.0
      for start in stride(from: first, to: first + largeBatch, by: smallBatch) {
        var part = trainer
        _ = part.accumulateGradient(of: Batch(order[start..<start + smallBatch], of: examples))
        for (index, sum) in part.gradientElements.enumerated() {
          let value = Double(sum)
          smallSquares += value * value
          whole[index] += value
        }
      }
      let parts = Double(largeBatch / smallBatch)
      let largeSquare = whole.reduce(0) { $0 + $1 * $1 }
      blocks.append(
        NoiseScaleEstimate(
          small: (smallBatch, smallSquares / parts / Double(smallBatch * smallBatch)),
          large: (largeBatch, largeSquare / Double(largeBatch * largeBatch))))
      if !blockDone() { break }
    }
    self.blocks = blocks
  }

  /// The estimate of |G|², the mean over the blocks.
  public var squaredGradient: Double { mean(blocks.map(\.squaredGradient)) }

  /// The estimate of tr Σ, likewise.
  public var trace: Double { mean(blocks.map(\.trace)) }

  /// B_simple = tr Σ/|G|², in samples; nil where |G|² isn't told from zero.
  public var noiseScale: Double? { squaredGradient > 0 ? trace / squaredGradient : nil }

  /// The 95 % interval of the noise scale, with an end of nil where it is infinite.
  ///
  /// It is that of |G|²/tr Σ, whose denominator is far from zero, turned over: a gradient that may be
  /// zero makes the upper end infinite.
  public var interval: (lower: Double?, upper: Double?) {
    let (gradients, traces) = (blocks.map(\.squaredGradient), blocks.map(\.trace))
    let (gradientSum, traceSum) = (gradients.reduce(0, +), traces.reduce(0, +))
    let count = Double(blocks.count)
    let pseudovalues = zip(gradients, traces).map { gradient, trace in
      count * gradientSum / traceSum - (count - 1) * (gradientSum - gradient) / (traceSum - trace)
    }
    guard let spread = TrialMean(pseudovalues)?.interval() else { return (nil, nil) }
    // Around the quotient itself, not around the pseudovalues' mean, which is another estimate.
    let (inverse, halfWidth) = (gradientSum / traceSum, (spread.upper - spread.lower) / 2)
    let (lower, upper) = (inverse - halfWidth, inverse + halfWidth)
    return (upper > 0 ? 1 / upper : nil, lower > 0 ? 1 / lower : nil)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}

/// Why a noise scale can't be measured.
public enum NoiseScaleError: Error, Equatable, CustomStringConvertible {
  /// A large batch that isn't made of several small ones.
  case sizes(small: Int, large: Int)
  /// Too few blocks.
  case tooFewSamples(Int, largeBatch: Int)
  /// A model whose samples have no gradients of their own.
  case coupled(String)

  /// One line: what, where, what to do.
  public var description: String {
    switch self {
    case .sizes(let small, let large):
      "a large batch of \(large) isn't several small ones of \(small): use a multiple of \(small)"
    case .tooFewSamples(let count, let largeBatch):
      "\(count) images don't make \(NoiseScaleMeasurement.fewestBlocks) batches of \(largeBatch): "
        + "use more images or smaller batches"
    case .coupled(let model):
      "\(model) has batch normalisation, whose samples have no gradients of their own: use a model "
        + "without it"
    }
  }
}
