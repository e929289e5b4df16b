import TrainingCore

/// What the published loop of online batch-size selection really applies.
///
/// The described method takes one step per part, at η/k, each by its own part's gradient. In the
/// published loop the parts' losses are all computed before the first step and the gradients are
/// not cleared between steps: step i applies g₁ + … + gᵢ, every one at the weights before the first
/// step. So the loop moves by
///
///     −(η/k) Σᵢ Σⱼ≤ᵢ gⱼ = −(η/k) Σⱼ (k − j + 1) gⱼ,
///
/// part 1 counting k times and part k once. For equal gradients that is −ηg (k + 1)/2: (k + 1)/2 times
/// the described method, 2.5 times for four parts. It is not the described method, with any
/// learning rate: the weights of the parts differ, and their gradients are stale.
public enum PublishedLoopLaw {
  /// How much more the loop moves than the described method, for equal gradients.
  ///
  /// - Parameter count: The number of parts k.
  /// - Returns: (k + 1)/2.
  public static func effectiveWeight(parts count: Int) -> Double { Double(count + 1) / 2 }

  /// Runs the loop.
  ///
  /// The gradients' folds over n samples, and the positions of each, round each element by at most γ
  /// of the sum of the terms' magnitudes, in the loop as in the prediction; each of the k steps rounds
  /// the weight once.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch, nothing coupling its samples.
  ///   - parts: Equal parts, neighbouring places in the batch.
  ///   - learningRate: The whole's learning rate η.
  /// - Returns: The displacement, −(η/k) Σⱼ (k − j + 1) gⱼ, and the bound.
  /// - Throws: What making the trainer throws.
  public static func measure(
    _ subject: Subject, parts: [Range<Int>], learningRate: Double
  ) throws(ModelError) -> BoundedPrediction {
    let surface = try LossSurface(subject)
    let origin = surface.origin
    let rate = learningRate / Double(parts.count)
    var run = try FrozenGradientRun(subject, optimizer: .sgd(SGDSpec()))
    var predicted = ParameterVector.zeros(like: origin)
    var reach = predicted
    for (index, part) in parts.enumerated() {
      run.step(on: Array(parts[...index]), learningRate: rate, batchSize: part.count)
      let weight = rate * Double(parts.count - index)
      predicted.add(-weight, times: surface.gradient(of: part))
      reach.add(weight / Double(part.count), times: try surface.termMagnitudes(of: part))
    }
    let terms = parts.reduce(0) { $0 + $1.count } * surface.positions
    let gamma = RoundingBounds.gamma(2 * terms + 2 * parts.count + 16, of: Double.self)
    return BoundedPrediction(
      measured: (run.weights - origin).values, predicted: predicted.values,
      bounds: zip(origin.values, reach.values).map { gamma * ($0.magnitude + $1) })
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which some samples are used.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    let law = "published loop"
    let explanation = "Tests/VerificationTests/PublishedLoopLawTests.swift"
    let promise = "gradients that aren't cleared: (k + 1)/2 of the described step, at stale weights"
    if !subject.configuration.model.isUncoupled {
      return [
        Finding(
          law: law, promise: promise, measured: "batch normalisation couples the samples",
          verdict: .notApplicable, explanation: explanation)
      ]
    }
    var described = 0.0
    return [
      Finding.ofPrediction(
        law: law, promise: promise, explanation: explanation, subject,
        remark: {
          let share = ParameterVector($0.measured).norm / described
          return "; \(share.brief) times as far as one step on the whole"
        }
      ) { parts throws(ModelError) in
        let whole = 0..<(parts.last?.upperBound ?? 0)
        described = try LossSurface(subject).gradient(of: whole).norm
        return try measure(subject, parts: parts, learningRate: 1)
      }
    ]
  }
}
