import Statistics
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
///
/// It does not hold where a layer couples the samples of a batch: a sample then has no gradient of
/// its own. And tr Σ/B does not hold of batches that are drawn without replacement.
public enum GradientNoiseLaw {
  /// E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1), for batches of B of at least 2 samples N.
  public static func expectedSquaredNorm(
    squaredGradient: Double, trace: Double, batchSize: Int, population: Int
  ) -> Double {
    squaredGradient + trace / Double(batchSize) * Double(population - batchSize)
      / Double(population - 1)
  }

  private static let statement = Statement(
    law: "gradient noise",
    promise: "E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1) over all batches of N samples",
    explanation: "McCandlish et al. 2018, appendix A.1; "
      + "Tests/VerificationTests/GradientNoiseLawTests.swift")

  /// Checks the law on at most five samples of a subject's batch.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      let population = min(5, subject.batch.count)
      try require(
        subject.configuration.model.isUncoupled,
        "batch normalisation: a sample has no gradient of its own")
      try require(population >= 2, "one sample has no noise")
      let result = try enumerate(subject, of: trainer, population: population)
      return Outcome(
        result.prediction,
        remark: ", over all \(result.squaredNorms.count - 1) batches of the first \(population) "
          + "samples")
    }
  }

  /// Squared gradients of every batch of N samples: |G|², tr Σ, and |g_B|² of every batch, by the bits of
  /// a number: bit i for sample i, the empty one 0.
  struct Enumeration {
    let squaredGradient: Double
    let trace: Double
    let squaredNorms: [Double]
    /// The mean of |g_B|² over all batches of B = 1 … N samples, beside the law's.
    let prediction: BoundedPrediction
  }

  /// Computes the gradient of every batch of the first N samples by a trainer; nothing couples them.
  ///
  /// The law holds exactly for any vectors gᵢ, so it is asked of the trainer's gradients of single
  /// samples. A sum over several of them, computed in one pass, is off by its additions, e = γ Σ|terms|;
  /// and without the promise of bits by the roundings of either pass as well. So |g_B|² is off by at
  /// most Σ (2|g_B|e/B + e²/B²), and a mean over batches by the mean of those. The prediction is made
  /// of the squared norms for B = 1 and B = N, with weights of at most 1.
  static func enumerate<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type, population: Int
  ) throws -> Enumeration {
    let positions = subject.configuration.model.gradientPositions.max() ?? 1
    let gamma = RoundingBounds.gamma(population * positions + 2, of: Float.self)
    let errors = try (0..<population).map { place in
      let allowance = try RoundingAllowance(subject, subject.part(place..<place + 1))
      return zip(allowance.gradientMagnitudes, allowance.gradientErrors).map {
        gamma * ($0 + $1) + (T.promisesBits ? 0 : 2 * $1)
      }
    }
    let probe = try Probe<T>(subject)
    let subsets = 1..<1 << population
    var squaredNorms = [0.0]
    var normErrors = [0.0]
    for subset in subsets {
      let places = (0..<population).filter { subset >> $0 & 1 == 1 }
      let samples = places.map { subject.batch[$0] }
      let sum = probe.gradient(of: [Batch(samples, of: subject.examples)]).tensors.numbers
      let count = Double(samples.count)
      squaredNorms.append(ParameterVector(sum).squaredNorm / (count * count))
      let error = sum.indices.reduce(0) { total, index in
        let error = samples.count > 1 ? places.reduce(0) { $0 + errors[$1][index] } : 0
        return total + error * (2 * sum[index].magnitude + error)
      }
      normErrors.append(error / (count * count))
    }
    func means(_ values: [Double]) -> [Double] {
      (1...population).map { size in
        let batches = subsets.filter { $0.nonzeroBitCount == size }
        return batches.reduce(0) { $0 + values[$1] } / Double(batches.count)
      }
    }
    let (norms, bounds) = (means(squaredNorms), means(normErrors))
    let squaredGradient = squaredNorms[subsets.upperBound - 1]
    let trace = norms[0] - squaredGradient
    let double = RoundingBounds.gamma(
      subject.state.parameters.numbers.count + subsets.count + 16, of: Double.self)
    let predictionBound = bounds[population - 1] + 4 * double * norms[0]
    let prediction = BoundedPrediction(
      measured: norms,
      predicted: (1...population).map {
        expectedSquaredNorm(
          squaredGradient: squaredGradient, trace: trace, batchSize: $0, population: population)
      }, bounds: bounds.map { ($0 + predictionBound) * RoundingBounds.slack })
    return Enumeration(
      squaredGradient: squaredGradient, trace: trace, squaredNorms: squaredNorms,
      prediction: prediction)
  }
}
