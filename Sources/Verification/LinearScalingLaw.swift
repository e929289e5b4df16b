import TrainingCore

/// Linear scaling: for plain gradient descent, one step at kη is k steps at η.
///
/// Exact while the gradient g stays what it is, since both are w₀ − kηg (Goyal et al. 2017, section
/// 2.1, where it is an assumption); how far it is off when it doesn't, `SecondOrderLaw` says.
///
/// It is false with momentum from a cold start (`MomentumScalingLaw`), for Adam and RMSprop, whose
/// steps don't grow with the gradient (`AdamScalingLaw`), and where gradients are clipped
/// (`ClippingLaw`).
public enum LinearScalingLaw {
  /// Takes k steps at η by one and the same gradient, and one at kη.
  ///
  /// Either rounds each weight once a step, to within u|w|, and the mean gradient twice; no weight
  /// on the way is larger than |w₀| + kη|g|. With the rounding of kη, that is at most γ₂ₖ₊₆ of it.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - part: The samples whose gradient it is, as places in the batch.
  ///   - count: The number of steps k.
  ///   - learningRate: The learning rate η of each.
  /// - Returns: The weights after k steps, after one, and the bound.
  /// - Throws: What making the trainer throws.
  public static func measure(
    _ subject: Subject, part: Range<Int>, count: Int, learningRate: Double
  ) throws(ModelError) -> BoundedPrediction {
    let surface = try LossSurface(subject)
    var small = try FrozenGradientRun(subject, optimizer: .sgd(SGDSpec()))
    var large = small
    for _ in 0..<count { small.step(on: part, learningRate: learningRate) }
    large.step(on: part, learningRate: Double(count) * learningRate)
    let gamma = RoundingBounds.gamma(2 * count + 6, of: Double.self)
    let reach = Double(count) * learningRate
    return BoundedPrediction(
      measured: small.weights.values, predicted: large.weights.values,
      bounds: zip(surface.origin.values, surface.gradient(of: part).values).map {
        gamma * ($0.magnitude + reach * $1.magnitude)
      })
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which some samples are used.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    [
      Finding.ofPrediction(
        law: "linear scaling", promise: "constant gradient: one step at kη = k steps at η",
        explanation: "Goyal et al. 2017; "
          + "Tests/VerificationTests/LinearScalingLawTests.swift", subject
      ) { parts throws(ModelError) in
        try measure(subject, part: parts[0], count: 4, learningRate: 0x1p-6)
      }
    ]
  }
}
