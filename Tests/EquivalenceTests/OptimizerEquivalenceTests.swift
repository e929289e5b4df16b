import PropertyTesting
import Testing
import TrainingCore

/// Whole runs under every optimizer with every option, clipped and not.
@Suite struct OptimizerEquivalenceTests {
  static let optimizers: [OptimizerSpec] = [
    .sgd(SGDSpec()), .sgd(SGDSpec(weightDecay: 0.01)), .sgd(SGDSpec(momentum: 0.9)),
    .sgd(SGDSpec(momentum: 0.5, weightDecay: 0.01)),
    .sgd(SGDSpec(momentum: 0.9, nesterov: true)),
    .sgd(SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 0.01)),
    .adam(AdamSpec()), .adam(AdamSpec(weightDecay: 0.01)),
    .adam(AdamSpec(beta1: 0.7, beta2: 0.8, epsilon: 0.01)),
    .adamw(AdamSpec()), .adamw(AdamSpec(weightDecay: 0.01)),
    .adamw(AdamSpec(beta1: 0.7, beta2: 0.8, epsilon: 0.01, weightDecay: 3)),
    .rmsprop(RMSpropSpec()), .rmsprop(RMSpropSpec(momentum: 0.5)),
    .rmsprop(RMSpropSpec(decay: 0.7, epsilon: 0.01, weightDecay: 0.01)),
    .rmsprop(RMSpropSpec(convention: .keras)),
    .rmsprop(RMSpropSpec(epsilon: 0.01, momentum: 0.5, convention: .keras)),
    .rmsprop(RMSpropSpec(momentum: 0.9, weightDecay: 0.01, convention: .keras)),
  ]

  /// Unclipped, clipped by a limit that is below the norm, and by one that is never reached.
  @Test(arguments: optimizers, [nil, 0.01, 1e6] as [Double?])
  func `a run by any optimizer has the bits of the reference`(
    _ optimizer: OptimizerSpec, _ clipNorm: Double?
  ) throws {
    for words in ["11 dense35 relu dense20 batchnorm tanh dense4", "3 dense2"] {
      var configuration = try RunConfiguration(words: words, optimizer, rate: 0.01)
      configuration.clipNorm = clipNorm
      try runTwins(configuration, samples: 44, epochs: 3, threads: 3)
    }
  }
}
