import TrainingCore

/// What a training of a model with an optimizer comes to, to the last bit.
struct FingerprintRow: CustomStringConvertible {
  /// The model's name, or the model in words.
  let model: String
  /// The optimizer.
  let optimizer: OptimizerSpec
  /// The largest norm of the gradient.
  let clipNorm: Double?
  /// The fingerprint of the state after the steps of `CommittedFingerprintTests`.
  let fingerprint: String

  init(
    _ model: String, _ optimizer: OptimizerSpec, clipNorm: Double? = nil, _ fingerprint: String
  ) {
    self.model = model
    self.optimizer = optimizer
    self.clipNorm = clipNorm
    self.fingerprint = fingerprint
  }

  var description: String {
    let clipping = clipNorm.map { " clipped to \($0)" } ?? ""
    return "\(model) by \(optimizer)\(clipping)"
  }

  /// The committed fingerprints.
  ///
  /// A row for a new model or optimizer: write it with an empty fingerprint, and run
  /// `swift test --filter CommittedFingerprintTests`, which fails and says what belongs there. A
  /// row that changes without being meant to is a broken arithmetic contract.
  static let table = [
    FingerprintRow("mlp:784-10", .sgd(SGDSpec()), "125e98c3faf2e32f"),
    FingerprintRow("mlp:784-32-10", .sgd(SGDSpec()), "fa33ecf2f709424e"),
    FingerprintRow("mlp:784-32-10", .sgd(SGDSpec()), clipNorm: 0.5, "9f478809fabcb944"),
    FingerprintRow("mlp:784-32-10", .sgd(SGDSpec(momentum: 0.9)), "d46a85ea6076505c"),
    FingerprintRow(
      "mlp:784-32-10", .sgd(SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 0.01)),
      "6326c004efe7cba2"),
    FingerprintRow("mlp:784-32-10", .adam(AdamSpec()), "dafd866f202d7114"),
    FingerprintRow("mlp:784-32-10", .adam(AdamSpec(weightDecay: 0.01)), "82511929cf8324a4"),
    FingerprintRow("mlp:784-32-10", .adamw(AdamSpec(weightDecay: 0.01)), "18e2a802d62d4afc"),
    FingerprintRow("mlp:784-32-10", .rmsprop(RMSpropSpec()), "12a29bc616af2359"),
    FingerprintRow(
      "mlp:784-32-10", .rmsprop(RMSpropSpec(momentum: 0.5, convention: .keras)), "04430f54f39fe63d"),
    FingerprintRow("mlp:784-40-24-10+tanh", .adam(AdamSpec()), "25369e2b762d986a"),
    FingerprintRow("mlp:784-40-24-10+gelu", .adam(AdamSpec()), "2bfc3dd3803c53b8"),
    FingerprintRow("784 dense32 relu dense10 smooth0.1", .sgd(SGDSpec()), "cdfb5c6b0b76cd17"),
    FingerprintRow(
      "784 dense32 relu dense10 smooth0.1 weighted", .adam(AdamSpec()), "a91c62145d765f1d"),
    FingerprintRow(
      "784 dense32 relu dense10 weighted", .sgd(SGDSpec(momentum: 0.9)), clipNorm: 0.5,
      "0c5f9d75a00288e3"),
    FingerprintRow("mlp:784-40-24-10+dropout0.5", .adam(AdamSpec()), "bf99f1829d14d385"),
    FingerprintRow(
      "mlp:784-40-24-10+tanh+dropout0.25", .sgd(SGDSpec(momentum: 0.9)), "df2448316c055206"),
    FingerprintRow("mlp:784-32-10+batchnorm", .adam(AdamSpec()), "74c2737170ec8e13"),
    FingerprintRow("mlp:784-32-10+batchnorm", .sgd(SGDSpec()), clipNorm: 0.5, "d1db27081635e1f9"),
    FingerprintRow(
      "mlp:784-40-24-10+ghost8+dropout0.25", .rmsprop(RMSpropSpec()), "70f4b40f7a400f03"),
    FingerprintRow("mlp:784-40-24-10+layernorm", .adam(AdamSpec()), "1a2375f0b83b91e1"),
    FingerprintRow(
      "mlp:784-40-24-10+groupnorm4+gelu", .sgd(SGDSpec(momentum: 0.9)), "5b098747ece2f5be"),
    FingerprintRow("lenet", .sgd(SGDSpec(momentum: 0.9)), "401d8c1019b95711"),
    FingerprintRow("lenet", .adam(AdamSpec()), clipNorm: 0.5, "e89ee50020d3a905"),
    FingerprintRow(
      "mobilenet-v2-tiny", .rmsprop(RMSpropSpec(convention: .keras)), "63feecaf4bd5b2df"),
    FingerprintRow("mlp-1", .adam(AdamSpec()), "01b7f1a186c40ff2"),
    FingerprintRow("mlp-5", .adam(AdamSpec()), "ffb7fd43b7d3fd67"),
  ]
}
