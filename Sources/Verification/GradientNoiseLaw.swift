import TrainingCore

/// How the noise of a gradient falls with the batch size: by enumeration of every batch.
///
/// N samples have gradients gᵢ with mean G and population covariance
/// Σ = (1/N) Σᵢ (gᵢ − G)(gᵢ − G)ᵀ. A batch of B different ones, all subsets equally likely, has
///
///     E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1):
///
/// a sample's own deviation counts tr Σ, and two different ones together −tr Σ/(N − 1), since all N
/// deviations add up to 0. So E|g_B − G|² = (1/B²)(B tr Σ − B(B − 1) tr Σ/(N − 1)). For N → ∞ this is
/// the law of independent samples, tr Σ/B.
public enum GradientNoiseLaw {
  /// What enumeration found.
  public struct Enumeration: Sendable {
    /// The number of samples N.
    public let population: Int
    /// |G|².
    public let squaredGradient: Double
    /// tr Σ.
    public let trace: Double
    /// The mean of |g_B|² over all batches of B = 1 … N samples.
    public let meanSquaredNorms: [Double]
    /// |g_B|² of every batch, by the bits of a number: bit i for sample i, the empty one 0.
    public let squaredNorms: [Double]
    /// How far rounding may part a mean from its prediction.
    public let bound: Double

    /// The means beside what the law says.
    public var prediction: BoundedPrediction {
      BoundedPrediction(
        measured: meanSquaredNorms,
        predicted: (1...population).map {
          expectedSquaredNorm(
            squaredGradient: squaredGradient, trace: trace, batchSize: $0, population: population)
        }, bounds: meanSquaredNorms.map { _ in bound })
    }
  }

  /// E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1).
  ///
  /// - Parameters:
  ///   - squaredGradient: |G|².
  ///   - trace: tr Σ.
  ///   - batchSize: The batch size B.
  ///   - population: N, at least 2.
  /// - Returns: The expectation.
  public static func expectedSquaredNorm(
    squaredGradient: Double, trace: Double, batchSize: Int, population: Int
  ) -> Double {
    squaredGradient + trace / Double(batchSize) * Double(population - batchSize)
      / Double(population - 1)
  }

  /// Computes the gradient of every batch of N samples by the trainer.
  ///
  /// The trainer's fold over a batch rounds each element by at most γ_B₊₂ of the mean of the samples'
  /// magnitudes a, so a squared norm by 2γ|a|² and by its own fold, γ_P|a|²; |a|² is at most
  /// A = maxᵢ|gᵢ|². The means over at most 2ᴺ batches and the prediction, whose terms are at most
  /// 2A, add their roundings. Where a sample's gradient is a sum over positions, they count as samples
  /// do, and the magnitudes are those of its terms.
  ///
  /// - Parameters:
  ///   - surface: Model, data and batch, nothing coupling its samples.
  ///   - population: The number of samples N, from the first of the batch on; at least 2.
  /// - Returns: What enumeration found.
  /// - Throws: What making the trainer throws.
  public static func enumerate(
    _ surface: LossSurface, population: Int
  ) throws(ModelError) -> Enumeration {
    let subsets = 1..<1 << population
    var squaredNorms = [0.0]
    for subset in subsets {
      let places = (0..<population).filter { subset >> $0 & 1 == 1 }
      squaredNorms.append(surface.gradient(ofPlaces: places).squaredNorm)
    }
    let means = (1...population).map { size in
      let batches = subsets.filter { $0.nonzeroBitCount == size }
      return batches.reduce(0) { $0 + squaredNorms[$1] } / Double(batches.count)
    }
    let singles = (0..<population).map { squaredNorms[1 << $0] }
    let squaredGradient = squaredNorms[subsets.upperBound - 1]
    var largest = 0.0
    for place in 0..<population {
      largest = max(largest, try surface.termMagnitudes(of: place..<place + 1).squaredNorm)
    }
    let roundings =
      surface.origin.values.count + subsets.upperBound + 4 * population * surface.positions + 32
    return Enumeration(
      population: population, squaredGradient: squaredGradient,
      trace: singles.reduce(0, +) / Double(population) - squaredGradient,
      meanSquaredNorms: means, squaredNorms: squaredNorms,
      bound: 6 * RoundingBounds.gamma(roundings, of: Double.self) * largest)
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which at most five samples are used.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    func finding(_ measured: String, _ verdict: Finding.Verdict) -> [Finding] {
      [
        Finding(
          law: "gradient noise",
          promise: "E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1) over all batches of N samples",
          measured: measured, verdict: verdict,
          explanation: "McCandlish et al. 2018, appendix A.1; "
            + "Tests/VerificationTests/GradientNoiseLawTests.swift")
      ]
    }
    let population = min(5, subject.batch.count)
    if !subject.configuration.model.isUncoupled {
      return finding("batch normalisation: a sample has no gradient of its own", .notApplicable)
    }
    guard population >= 2 else { return finding("one sample has no noise", .notApplicable) }
    do throws(ModelError) {
      let result = try enumerate(try LossSurface(subject), population: population)
      return finding(
        "off by \((100 * result.prediction.worstShare).brief) % of the rounding bound, over all "
          + "\(result.squaredNorms.count - 1) batches of the first \(population) samples",
        result.prediction.holds ? .holds : .fails)
    } catch {
      return finding(error.description, .notApplicable)
    }
  }
}
