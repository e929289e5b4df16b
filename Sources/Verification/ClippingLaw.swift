import TrainingCore

/// Clipping breaks linear scaling, by a known amount.
///
/// A step applies fg with f = min(1, c/(‖g‖ + 10⁻⁶)). Parts are clipped by their own norms: k steps
/// at η/k, their gradients gⱼ taken at the same weights, less one at η by g = Σⱼ gⱼ/k, are
/// −(η/k) Σⱼ (fⱼ − f) gⱼ. It vanishes if no part is clipped, for then the whole, which is no longer
/// than the longest part, isn't either; and if all parts have the same gradient. Where everything
/// is clipped, the whole moves by ηc and the parts by less, unless they all point the same way.
public enum ClippingLaw {
  /// The factor on a gradient of a norm, c/(‖g‖ + 10⁻⁶) or 1.
  ///
  /// - Parameters:
  ///   - norm: ‖g‖.
  ///   - limit: The largest norm c.
  /// - Returns: f.
  public static func factor(norm: Double, limit: Double) -> Double { min(1, limit / (norm + 1e-6)) }

  /// Takes clipped steps on parts and on the whole, all gradients at the first weights.
  ///
  /// The norm folds the squares of P parameters: its relative error is at most γ_P₊₄, and that of
  /// each factor no more than twice that. The gradients themselves are taken as the trainer computes
  /// them, the whole's from the whole.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - parts: Equal parts, neighbouring places in the batch.
  ///   - limit: The largest norm c.
  ///   - learningRate: The whole's learning rate η.
  /// - Returns: The difference, k steps less one; η(fg − Σⱼ fⱼgⱼ/k); and the bound.
  /// - Throws: What making the trainer throws.
  public static func measure(
    _ subject: Subject, parts: [Range<Int>], limit: Double, learningRate: Double
  ) throws(ModelError) -> BoundedPrediction {
    let surface = try LossSurface(subject)
    let whole = (parts.first?.lowerBound ?? 0)..<(parts.last?.upperBound ?? 0)
    var small = try FrozenGradientRun(subject, optimizer: .sgd(SGDSpec()), clipNorm: limit)
    var large = small
    let rate = learningRate / Double(parts.count)
    for part in parts { small.step(on: part, learningRate: rate) }
    large.step(on: whole, learningRate: learningRate)
    let origin = surface.origin
    var predicted = ParameterVector.zeros(like: origin)
    var reach = predicted
    func move(_ gradient: ParameterVector, by rate: Double) {
      let clipped = factor(norm: gradient.norm, limit: limit) * rate
      predicted.add(clipped, times: gradient)
      reach.add(clipped.magnitude, times: ParameterVector(gradient.values.map(\.magnitude)))
    }
    move(surface.gradient(of: whole), by: learningRate)
    for part in parts { move(surface.gradient(of: part), by: -rate) }
    let weightGamma = RoundingBounds.gamma(parts.count + 3, of: Double.self)
    let factorGamma = RoundingBounds.gamma(
      2 * origin.values.count + 2 * parts.count + 24, of: Double.self)
    return BoundedPrediction(
      measured: (small.weights - large.weights).values, predicted: predicted.values,
      bounds: zip(origin.values, reach.values).map {
        weightGamma * ($0.magnitude + $1) + factorGamma * $1
      })
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which some samples are used; clipped at half of
  ///   the gradient's norm.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    [
      Finding.ofPrediction(
        law: "clipping", promise: "breaks linear scaling by −(η/k) Σⱼ (fⱼ − f) gⱼ",
        explanation: "Pascanu, Mikolov & Bengio 2013; "
          + "Tests/VerificationTests/ClippingLawTests.swift", subject,
        remark: {
          "; the difference has the norm \(ParameterVector($0.measured).norm.brief) at η = 1"
        }
      ) { parts throws(ModelError) in
        let norm = try LossSurface(subject).gradient(of: 0..<(parts.last?.upperBound ?? 0)).norm
        return try measure(subject, parts: parts, limit: norm / 2, learningRate: 1)
      }
    ]
  }
}
