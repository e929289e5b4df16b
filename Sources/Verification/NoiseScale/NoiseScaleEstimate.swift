/// The simple noise scale of gradients, estimated from batches of two sizes.
///
/// McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", appendix A.1. With the true
/// gradient G and the covariance Σ of one sample's gradient, a batch of B independent samples has
/// E|g_B|² = |G|² + tr Σ/B (equation A.1), so two sizes b < B give unbiased estimates (equation A.2)
///
///     |𝒢|² = (B|g_B|² − b|g_b|²)/(B − b),  𝒮 = (|g_b|² − |g_B|²)/(1/b − 1/B),
///
/// and B_simple = tr Σ/|G|² is estimated by 𝒮/|𝒢|²: not without bias, as a ratio of estimates never
/// is, so average both over many pairs of batches before dividing.
///
/// Batches drawn without replacement from N samples have
/// E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1), with G the mean and Σ the covariance, 1/N, of the N. As
/// that is (|G|² − tr Σ/(N − 1)) + (tr Σ N/(N − 1))/B, the estimates above have the expectations
/// |G|² − tr Σ/(N − 1) and tr Σ N/(N − 1). These are what is wanted if the N are themselves a sample,
/// for they are unbiased for where they come from; of the N themselves, `population` corrects both
/// exactly: tr Σ = 𝒮(N − 1)/N and |G|² = |𝒢|² + 𝒮/N.
public struct NoiseScaleEstimate: Codable, Hashable, Sendable {
  /// A batch size B, and the squared length |g_B|² of a batch's mean gradient, or of several batches'
  /// averaged.
  public typealias SquaredNorm = (batchSize: Int, value: Double)

  /// The estimate of |G|², in squared units of a gradient; it may be negative.
  public let squaredGradient: Double
  /// The estimate of tr Σ, in the same units; it may be negative.
  public let trace: Double

  /// The estimate of B_simple = tr Σ/|G|², in samples.
  public var noiseScale: Double { trace / squaredGradient }

  /// Estimates from smaller and larger batches.
  ///
  /// `population` is N, if batches are drawn without replacement and G and Σ are to be those of the N
  /// samples; nil for those of the distribution that they come from.
  public init(small: SquaredNorm, large: SquaredNorm, population: Int? = nil) {
    let (b, B) = (Double(small.batchSize), Double(large.batchSize))
    let squaredGradient = (B * large.value - b * small.value) / (B - b)
    let trace = (small.value - large.value) / (1 / b - 1 / B)
    let N = population.map(Double.init) ?? .infinity
    self.squaredGradient = squaredGradient + trace / N
    self.trace = trace * (1 - 1 / N)
  }
}
