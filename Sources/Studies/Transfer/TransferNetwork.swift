import TrainingCore

/// The models of a transfer: a base, and heads for the source and the target.
struct TransferNetwork: Sendable {
  let base: ModelSpec
  private let momentum: Double

  /// Finds a base, a model that ends with a map, by name; the momentum is Keras's.
  init(named name: String, momentum: Double) throws {
    base = try ModelSpec(named: name)
    self.momentum = momentum
    guard base.layers.contains(where: { if case .batchNorm = $0 { true } else { false } }) else {
      throw StudyError.baseWithoutNormalization(name)
    }
    if base.layers.contains(where: { if case .dense = $0 { true } else { false } }) {
      throw StudyError.baseWithTop(name)
    }
  }

  /// The base with global average pooling and a dense head, which learns.
  ///
  /// A head for two classes is one unit and a sigmoid. The first `frozen` layers of the base keep
  /// their weights, and normalise by `frozenStatistics` in training.
  func model(
    classes: Int, frozen: Int, frozenStatistics: BatchNormSpec.Statistics = .batch
  ) throws(ModelError) -> ModelSpec {
    let isBinary = classes == 2
    let model = try ModelSpec(
      name: base.name, input: base.input,
      layers: base.layers + [
        .globalAveragePool,
        .dense(inputs: base.output.channels, outputs: isBinary ? 1 : classes),
      ],
      loss: isBinary ? .binaryCrossEntropy : .softmaxCrossEntropy, frozenLayers: frozen,
      moduleNames: base.moduleNames.isEmpty ? [] : base.moduleNames + ["", "classifier.1"])
    return try model.mappingBatchNorm { index, spec in
      spec.epsilon = 1e-3
      spec.momentum = 1 - momentum
      spec.unbiasedMovingVariance = false
      spec.statistics = index < frozen ? frozenStatistics : .batch
    }
  }

  /// How many of the base's layers are frozen in stage 2.
  func frozenLayers(share: Double) -> Int {
    min(max(Int(Double(base.layers.count) * share), 0), base.layers.count)
  }
}
