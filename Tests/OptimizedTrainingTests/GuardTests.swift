import Testing
import TrainingCore

@testable import OptimizedTraining

/// No array of a trainer is written outside, whatever its sizes.
@Suite struct GuardTests {
  /// Every matrix that can be reached from an object, private ones too.
  private func matrices(in root: AnyObject) -> [PanelMatrix] {
    var seen: Set<ObjectIdentifier> = []
    var found: [PanelMatrix] = []
    func visit(_ value: Any) {
      if type(of: value) is AnyObject.Type {
        let object = value as AnyObject
        guard seen.insert(ObjectIdentifier(object)).inserted, !(object is Team) else { return }
        if let matrix = object as? PanelMatrix { found.append(matrix) }
      }
      for child in Mirror(reflecting: value).children { visit(child.value) }
    }
    visit(root)
    return found
  }

  @Test(
    arguments: [
      ["13 dense17 relu tanh dropout dense33 tanh dense5", "1 dense1 gelu dense2"],
      [
        "31 dropout dense47 batchnorm relu layernorm dense15",
        "241 dense33 relu dense257 relu dense3",
      ],
    ].joined(), [1, 2, 3])
  func `training writes outside of no matrix`(_ words: String, _ threads: Int) throws {
    for batchSize in [1, 5, 17, 33, 63] where batchSize > 1 || !words.contains("batchnorm") {
      for (optimizer, clipNorm) in [
        (OptimizerSpec.sgd(SGDSpec()), nil), (.adam(AdamSpec()), 0.1),
      ] {
        var configuration = RunConfiguration(
          model: try model(words), optimizer: optimizer,
          schedule: LearningRateSchedule(base: 0.1), batchSize: batchSize, seed: 1)
        configuration.clipNorm = clipNorm
        var trainer = try OptimizedTrainer(configuration, threads: threads)
        let inputs = configuration.model.input
        let examples = Examples(
          shape: inputs, classCount: 2,
          inputs: (0..<70 * inputs.count).map { Float($0 % 7) - 3 },
          labels: (0..<70).map { UInt8($0 % 2) })
        _ = trainer.train(
          on: ArraySlice(0..<batchSize), of: examples, epoch: 0, learningRate: 0.1)
        _ = trainer.accumulateGradient(of: Batch(3..<3 + batchSize, of: examples))
        trainer.step(learningRate: 0.1, batchSize: batchSize)
        _ = trainer.outputs(for: Batch(0..<70, of: examples))
        let matrices: [PanelMatrix] = trainer.read { self.matrices(in: $0) }
        #expect(matrices.count > 8)
        #expect(matrices.allSatisfy { $0.guardsAreIntact })
      }
    }
  }

  private func model(_ words: String) throws -> ModelSpec {
    let parts = words.split(separator: " ")
    var features = try #require(Int(parts[0]))
    let input = ImageShape(height: 1, width: 1, channels: features)
    let layers = try parts.dropFirst().map { part throws -> LayerSpec in
      switch part {
      case "relu": return .relu
      case "tanh": return .tanh
      case "gelu": return .gelu
      case "layernorm": return .groupNorm(GroupNormSpec(features: features))
      case "dropout": return .dropout(rate: 0.3)
      case "batchnorm": return .batchNorm(.pytorch(features: features, groupSize: 9))
      default:
        let inputs = features
        features = try #require(Int(part.dropFirst(5)))
        return .dense(inputs: inputs, outputs: features)
      }
    }
    return try ModelSpec(name: words, input: input, layers: layers)
  }
}
