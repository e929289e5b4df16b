/// What a change of the batch size does to an optimizer, apart from its learning rate.
///
/// Malladi, Lyu, Panigrahi & Arora 2022, "On the SDEs and Scaling Rules for Adaptive Gradient
/// Algorithms", for batches κ times as large and a learning rate of η√κ. The rules hold for κ(1 − β)
/// below 1.
extension AdamSpec {
  /// Adam by the square-root rule: 1 − κ(1 − β₁), 1 − κ(1 − β₂), ε/√κ.
  ///
  /// λ stays, since a gradient's noise shrinks by √κ beside λw, and Adam divides by the noise.
  public func squareRootScaled(_ kappa: Double) -> AdamSpec {
    var spec = self
    spec.beta1 = scaledDecay(beta1, kappa)
    spec.beta2 = scaledDecay(beta2, kappa)
    spec.epsilon /= kappa.squareRoot()
    return spec
  }
}

extension OptimizerSpec {
  /// The optimizer by the square-root rule.
  ///
  /// - Adam's β and ε as `AdamSpec.squareRootScaled` says; AdamW's too, with λ√κ, so that ηλ is in
  ///   proportion to the samples of a step (Wang & Aitchison 2024, "How to set AdamW's weight decay as
  ///   you scale model and dataset size").
  /// - RMSprop's 1 − κ(1 − ρ) and ε/√κ, or ε/κ where ε is under the root.
  /// - SGD stays as it is; the rule isn't SGD's.
  public func squareRootScaled(_ kappa: Double) -> OptimizerSpec {
    switch self {
    case .sgd: return self
    case .adam(let spec): return .adam(spec.squareRootScaled(kappa))
    case .adamw(let spec):
      var scaled = spec.squareRootScaled(kappa)
      scaled.weightDecay *= kappa.squareRoot()
      return .adamw(scaled)
    case .rmsprop(var spec):
      spec.decay = scaledDecay(spec.decay, kappa)
      spec.epsilon /= spec.convention == .keras ? kappa : kappa.squareRoot()
      return .rmsprop(spec)
    }
  }

  /// The decays of the optimizer's moments.
  fileprivate var decays: [Double] {
    switch self {
    case .sgd: []
    case .adam(let spec), .adamw(let spec): [spec.beta1, spec.beta2]
    case .rmsprop(let spec): [spec.decay]
    }
  }
}

/// 1 − κ(1 − β), to first order the βᵏ that keeps the half-life in samples.
private func scaledDecay(_ beta: Double, _ kappa: Double) -> Double {
  kappa == 1 ? beta : 1 - kappa * (1 - beta)
}

extension LearningRateScaling {
  /// Why the rule isn't that of an optimizer, or nil where it is.
  public func objection(to optimizer: OptimizerSpec) -> String? {
    switch (self, optimizer) {
    case (.none, _), (.linear, .sgd), (.squareRoot, .adam), (.squareRoot, .adamw): nil
    case (.linear, _):
      "linear scaling is sgd's rule: \(optimizer.name) steps no farther where gradients are larger, "
        + "and its rule is sqrt"
    case (.squareRoot, .sgd): "sqrt scaling is the rule of adam, adamw and rmsprop; sgd's is linear"
    case (.squareRoot, .rmsprop(let spec)):
      spec.momentum == 0 ? nil : "sqrt scaling says nothing of rmsprop's momentum, which stays"
    }
  }
}

extension RunConfiguration {
  /// The configuration with the whole optimizer scaled by its rule for this batch size.
  ///
  /// It is what a trainer is made with; the learning rate has its part of the rule by `scalingFactor`.
  /// It throws `RunError.scaledDecay` where a decay would be below 0.
  public func withScaledOptimizer() throws(RunError) -> RunConfiguration {
    guard scaling == .squareRoot else { return self }
    let ratio = Double(batchSize) / Double(baseBatchSize)
    var configuration = self
    configuration.optimizer = optimizer.squareRootScaled(ratio)
    guard configuration.optimizer.decays.allSatisfy({ $0 >= 0 }) else {
      throw .scaledDecay(batchSize: batchSize, baseBatchSize: baseBatchSize)
    }
    return configuration
  }
}
