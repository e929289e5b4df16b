import Foundation
import Testing
import TrainingCore

/// What a checkpoint's metadata holds comes back as it was, and nonsense is an error.
@Suite struct CodableTests {
  private func expectRoundTrip<Value: Codable & Equatable>(_ value: Value) throws {
    let data = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(Value.self, from: data) == value)
  }

  static let models =
    ModelSpec.names + [
      "mlp:6-5-4-3+ghost8+tanh+dropout0.1", "mlp:2-3+batchnorm", "mlp:4-3-2+gelu",
      "mlp:4-6-2+groupnorm3",
      "mobilenet-v2+width0.5+classes1",
    ]

  @Test(arguments: models)
  func modelsComeBack(_ name: String) throws {
    try expectRoundTrip(ModelSpec(named: name))
  }

  /// Frozen layers, the binary loss, module names and what a layer normalises by.
  @Test func optionsComeBack() throws {
    let model = try ModelSpec(named: "mobilenet-v2-tiny+classes1+width0.5")
    let binary = try ModelSpec(
      name: "binary", input: model.input, layers: model.layers, loss: .binaryCrossEntropy,
      frozenLayers: 7, moduleNames: model.moduleNames)
    try expectRoundTrip(binary)
    try expectRoundTrip(
      ModelSpec(named: "mlp:4-3").counting(
        by: CrossEntropySpec(labelSmoothing: 0.1, classWeights: [1, 0.5, 3])))
    try expectRoundTrip(
      binary.mappingBatchNorm { index, spec in spec.statistics = index < 7 ? .moving : .batch })
  }

  /// What was written before there were losses, frozen layers, names of modules and statistics to
  /// choose from means what it meant.
  @Test func descriptionsWithoutOptionsHaveDefaults() throws {
    let text = """
      {"name":"old","input":{"height":2,"width":2,"channels":1},"cropsToInput":true,"layers":[
      {"dense":{"inputs":4,"outputs":3}},{"batchNorm":{"_0":{"features":3,"epsilon":0.5,
      "momentum":0.25,"unbiasedMovingVariance":true,"groupSize":4}}},{"relu":{}},
      {"dropout":{"rate":0.5}},{"dense":{"inputs":3,"outputs":2}}]}
      """
    let model = try JSONDecoder().decode(ModelSpec.self, from: Data(text.utf8))
    var norm = BatchNormSpec.pytorch(features: 3, groupSize: 4)
    (norm.epsilon, norm.momentum) = (0.5, 0.25)
    #expect(
      model
        == (try ModelSpec(
          name: "old", input: ImageShape(height: 2, width: 2), cropsToInput: true,
          layers: [
            .dense(inputs: 4, outputs: 3), .batchNorm(norm), .relu, .dropout(rate: 0.5),
            .dense(inputs: 3, outputs: 2),
          ])))
    #expect(model.loss == .softmaxCrossEntropy && model.frozenLayers == 0)
    #expect(model.moduleNames.isEmpty && norm.statistics == .batch)
  }

  /// The same for models over images.
  @Test(arguments: [
    (#""groups":8"#, #""groups":0"#), (#""groups":8"#, #""groups":-8"#),
    (#""groups":8"#, #""groups":3"#), (#""inputChannels":8"#, #""inputChannels":-8"#),
    (#""outputChannels":8"#, #""outputChannels":9223372036854775807"#),
    (#""kernel":{"height":3"#, #""kernel":{"height":9223372036854775807"#),
    (#""stride":{"height":2"#, #""stride":{"height":0"#),
    (#""stride":{"height":2"#, #""stride":{"height":-9223372036854775808"#),
    (#""padding":{"height":1"#, #""padding":{"height":9223372036854775807"#),
    (#""padding":{"height":1"#, #""padding":{"height":-1"#),
    (#""residual":{"layers":8}"#, #""residual":{"layers":0}"#),
    (#""residual":{"layers":8}"#, #""residual":{"layers":-9223372036854775808}"#),
    (#""residual":{"layers":8}"#, #""residual":{"layers":9223372036854775807}"#),
    (#""frozenLayers":0"#, #""frozenLayers":-1"#), (#""frozenLayers":0"#, #""frozenLayers":999"#),
    (#""loss":"softmaxCrossEntropy""#, #""loss":"hinge""#),
    (#""loss":"softmaxCrossEntropy""#, #""loss":"binaryCrossEntropy""#),
    (#""statistics":"batch""#, #""statistics":"none""#),
    (#""moduleNames":["features.0.0","#, #""moduleNames":["#),
  ])
  func hostileImageModelsAreErrors(_ genuine: String, _ hostile: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let model = try ModelSpec(named: "mobilenet-v2-tiny")
    let text = String(decoding: try encoder.encode(model), as: UTF8.self)
    #expect(text.contains(genuine))
    let changed = text.replacingOccurrences(of: genuine, with: hostile)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(ModelSpec.self, from: Data(changed.utf8))
    }
  }

  @Test(arguments: [
    OptimizerSpec.sgd(SGDSpec()), .sgd(SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 5e-4)),
    .adam(AdamSpec(beta1: 0.8, beta2: 0.99, epsilon: 1e-7, weightDecay: 0.1)),
    .adamw(AdamSpec(weightDecay: 0.1)),
    .rmsprop(RMSpropSpec(decay: 0.9, epsilon: 1e-7, momentum: 0.3, weightDecay: 0.1)),
    .rmsprop(RMSpropSpec(convention: .keras)),
  ])
  func configurationsComeBack(_ optimizer: OptimizerSpec) throws {
    let decays: [LearningRateSchedule.Decay] = [
      .constant, .step(epochs: 3, factor: 0.1),
      .plateau(patience: 3, factor: 0.1, threshold: 0.005), .linear(epochs: 7), .cosine(epochs: 8),
    ]
    for decay in decays {
      for scaling in LearningRateScaling.allCases {
        var configuration = RunConfiguration(
          model: try ModelSpec(named: "mlp-1"), optimizer: optimizer,
          schedule: LearningRateSchedule(base: 0.1, warmUpSteps: 5, decay: decay), batchSize: 3,
          seed: .max)
        configuration.scaling = scaling
        configuration.clipNorm = scaling == .none ? nil : 0.3
        configuration.dropsLast = scaling == .linear
        configuration.shuffles = scaling == .linear
        configuration.baseBatchSize = 7
        if scaling == .linear { configuration.change(batchSize: 9, afterEpochs: 3) }
        configuration.microBatchSize = scaling == .none ? nil : 2
        try expectRoundTrip(configuration)
      }
    }
  }

  @Test func progressComesBack() throws {
    try expectRoundTrip(RunProgress())
    let configuration = try TrainingRunTests.configuration()
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    _ = run.runEpoch(training: TrainingRunTests.examples(7), validation: nil)
    _ = run.runEpoch(
      training: TrainingRunTests.examples(7), validation: TrainingRunTests.examples(3))
    var progress = run.progress
    progress.epochs = 3
    progress.batches = 17
    progress.seconds = 0.1
    progress.plateau.best = 0.1
    progress.plateau.reductions = 2
    progress.tally.add(loss: 0.1, isCorrect: true)
    progress.tally.add(loss: .nan, isCorrect: false)
    progress.tally.add(loss: 0x1p62, isCorrect: false)
    progress.tally.add(loss: 0x1p62, isCorrect: false)
    try expectRoundTrip(progress)
  }

  /// Extents that can't be, or whose products overflow, in every place where a model has any.
  @Test(arguments: [
    (#""height":28"#, #""height":-28"#), (#""height":28"#, #""height":0"#),
    (#""height":28"#, #""height":9223372036854775807"#),
    (#""height":28"#, #""height":9223372036854775808"#), (#""height":28"#, #""height":1e400"#),
    (#""height":28"#, #""height":2.5"#), (#""height":28"#, #""height":null"#),
    (#""outputs":7"#, #""outputs":-7"#), (#""outputs":7"#, #""outputs":9223372036854775807"#),
    (#""outputs":7"#, #""outputs":8"#), (#""inputs":784"#, #""inputs":-784"#),
    (#""features":7"#, #""features":-7"#), (#""groupSize":4"#, #""groupSize":0"#),
    (#""groupSize":4"#, #""groupSize":-9223372036854775808"#), (#""rate":0.5"#, #""rate":1"#),
    (#""rate":0.5"#, #""rate":-1e300"#), (#""relu""#, #""swish""#),
  ])
  func hostileModelsAreErrors(_ genuine: String, _ hostile: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let model = try ModelSpec(named: "mlp:784-7-5+ghost4+dropout0.5")
    let text = String(decoding: try encoder.encode(model), as: UTF8.self)
    #expect(text.contains(genuine))
    let changed = text.replacingOccurrences(of: genuine, with: hostile)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(ModelSpec.self, from: Data(changed.utf8))
    }
  }

  /// Counters on which later arithmetic would overflow, or that would index before a beginning.
  @Test(arguments: [
    (#""batches":0"#, #""batches":-1"#), (#""batches":0"#, #""batches":9223372036854775807"#),
    (#""epochs":0"#, #""epochs":-1"#), (#""epochs":0"#, #""epochs":9223372036854775807"#),
    (#""reductions":0"#, #""reductions":-1"#),
    (#""reductions":0"#, #""reductions":9223372036854775807"#),
    (#""epochsWithoutProgress":0"#, #""epochsWithoutProgress":9223372036854775807"#),
    (#""correct":0"#, #""correct":1"#), (#""correct":0"#, #""correct":-1"#),
    (#""count":0"#, #""count":9223372036854775807"#), (#""count":0"#, #""count":-1"#),
    (#""unsummable":0"#, #""unsummable":1"#), (#""wraps":0"#, #""wraps":-9223372036854775808"#),
  ])
  func hostileProgressIsAnError(_ genuine: String, _ hostile: String) throws {
    let text = String(decoding: try JSONEncoder().encode(RunProgress()), as: UTF8.self)
    #expect(text.contains(genuine))
    let changed = text.replacingOccurrences(of: genuine, with: hostile)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(RunProgress.self, from: Data(changed.utf8))
    }
  }
}
