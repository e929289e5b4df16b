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
  static let statement = Statement(
    law: "linear scaling", promise: "constant gradient: one step at kη = k steps at η = −kηg",
    explanation: "Goyal et al. 2017; Tests/VerificationTests/LinearScalingLawTests.swift")

  /// Takes k steps at η by one and the same gradient, and one at kη.
  ///
  /// Predicted is −η times the sum of the mean gradients that the trainer tells. A step rounds 1/B,
  /// η, the mean gradient and their product once each, and the weight as `FrozenGradientRun` says.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - trainer: The trainer.
  ///   - part: The samples whose gradient it is, as places in the batch.
  ///   - count: The number of steps k.
  ///   - learningRate: The learning rate η of each.
  /// - Returns: The displacements by k steps and by one, the law's, and the bounds.
  /// - Throws: What making the trainer throws.
  public static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, part: Range<Int>, count: Int, learningRate: Double
  ) throws(ModelError) -> BoundedPrediction {
    var small = FrozenGradientRun(subject, of: trainer, optimizer: .sgd(SGDSpec()))
    var large = small
    var predicted = ParameterVector.zeros(like: small.origin)
    var reach = predicted
    for _ in 0..<count {
      let gradient = try small.step(on: part, learningRate: learningRate)
      predicted.add(-learningRate, times: gradient)
      reach.add(learningRate, times: gradient.magnitudes)
    }
    let rate = Double(count) * learningRate
    let gradient = try large.step(on: part, learningRate: rate)
    let gamma = RoundingBounds.gamma(6, of: Float.self)
    return BoundedPrediction(
      measured: small.displacement.values + large.displacement.values,
      predicted: predicted.values + (-rate * gradient).values,
      bounds: (gamma * reach + small.roundings).values
        + (gamma * rate * gradient.magnitudes + large.roundings).values)
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameters:
  ///   - subject: Model, data, optimizer and batch, of which some samples are used.
  ///   - trainer: The trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    if let reason = subject.configuration.obstacleToPlainDescent {
      return [statement.notApplicable(reason)]
    }
    let part = subject.passes(count: 1, size: 5)[0]
    let rate = try subject.visibleRate(of: trainer, part)
    return [
      statement.finding(
        try measure(subject, of: trainer, part: part, count: 4, learningRate: rate))
    ]
  }
}

extension RunConfiguration {
  /// Why a law of plain gradient descent says nothing of the optimizer, and where to read on.
  var obstacleToPlainDescent: String? {
    guard case .sgd(let spec) = optimizer else { return otherOptimizer }
    if spec.momentum != 0 { return "momentum from a cold start: see “momentum scaling”" }
    if spec.weightDecay != 0 { return "weight decay shrinks by steps: see “weight decay”" }
    if clipNorm != nil { return "gradients are clipped: see “clipping”" }
    return nil
  }

  /// That the optimizer isn't gradient descent.
  var otherOptimizer: String {
    "not applicable to \(optimizer.name), whose steps don't grow with the gradient"
  }
}

extension Subject {
  /// A learning rate at which plain gradient descent isn't lost in the weights' rounding.
  ///
  /// - Parameters:
  ///   - trainer: The trainer whose gradient it is.
  ///   - part: The samples.
  /// - Returns: A power of two.
  /// - Throws: What making the trainer throws.
  func visibleRate<T: GradientTrainer>(
    of trainer: T.Type, _ part: Range<Int>
  ) throws(ModelError) -> Double {
    let gradient = try Probe<T>(self).gradient(of: [self.part(part)]).tensors.numbers
    return ParameterVector(state.parameters.numbers)
      .visibleRate(of: 1 / Double(part.count) * ParameterVector(gradient))
  }
}
