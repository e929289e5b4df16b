import Testing
import TrainingCore

/// Shapes of models over images, residual sums, losses, frozen layers and options that are changed.
@Suite struct ModelSpecOptionsTests {
  private static let image = ImageShape(height: 7, width: 6, channels: 4)

  private static func model(
    _ layers: [LayerSpec], loss: LossSpec = .softmaxCrossEntropy, frozen: Int = 0,
    names: [String] = []
  ) throws(ModelError) -> ModelSpec {
    try ModelSpec(
      name: "model", input: image, layers: layers, loss: loss, frozenLayers: frozen,
      moduleNames: names)
  }

  private static func convolution(
    _ outputs: Int, kernel: Extent, stride: Extent = 1, padding: Extent = 0, groups: Int = 1
  ) -> LayerSpec {
    .convolution(
      ConvolutionSpec(
        inputChannels: 4, outputChannels: outputs, kernel: kernel, stride: stride,
        padding: padding, groups: groups))
  }

  /// ⌊(H + 2p − K)/s⌋ + 1 rows, and columns likewise.
  @Test(
    arguments: [
      (convolution(5, kernel: 1), "7×6×5"), (convolution(8, kernel: 3, groups: 4), "5×4×8"),
      (convolution(4, kernel: 3, padding: 1), "7×6×4"),
      (convolution(4, kernel: 3, stride: 2, padding: 1), "4×3×4"),
      (
        convolution(
          1, kernel: Extent(height: 7, width: 2), stride: Extent(height: 1, width: 5)), "1×1×1"
      ),
      (
        convolution(
          2, kernel: Extent(height: 2, width: 3), stride: Extent(height: 3, width: 1),
          padding: Extent(height: 1, width: 2)), "3×8×2"
      ),
      (.maxPool(PoolSpec(window: 3, stride: 2)), "3×2×4"),
      (.averagePool(PoolSpec(window: 2)), "3×3×4"),
      (.maxPool(PoolSpec(window: 2, stride: 5)), "2×1×4"),
      (.globalAveragePool, "1×1×4"), (.relu6, "7×6×4"),
      (.batchNorm(.pytorch(features: 4)), "7×6×4"),
    ] as [(LayerSpec, String)])
  func shapesFollowWindows(_ layer: LayerSpec, _ expected: String) throws {
    #expect(try Self.model([layer]).output.description == expected)
  }

  /// A residual sum takes what entered a layer before it, of the same shape.
  @Test func residualSumsReachBackToTheSameShape() throws {
    let same = Self.convolution(4, kernel: 3, padding: 1)
    for span in 1...3 {
      let model = try Self.model([same, .relu, same, .residual(layers: span)])
      #expect(model.output == Self.image)
    }
    #expect(throws: Never.self) { try Self.model([.relu, .residual(layers: 1)]) }
    let refused: [([LayerSpec], Int)] = [
      ([same], 0), ([same], -1), ([same], 2), ([], 1), ([Self.convolution(5, kernel: 1)], 1),
      ([.maxPool(PoolSpec(window: 2)), .relu], 2), ([same, .relu], .max), ([same], .min),
    ]
    for (layers, span) in refused {
      #expect(throws: ModelError.self) { try Self.model(layers + [.residual(layers: span)]) }
    }
    let shrunk = ImageShape(height: 5, width: 4, channels: 4)
    let error = ModelError.wrongResidual(layer: .residual(layers: 1), input: shrunk)
    #expect(throws: error) {
      try Self.model([Self.convolution(4, kernel: 3), .residual(layers: 1)])
    }
  }

  /// The binary loss wants one output, and tells two classes apart.
  @Test func theBinaryLossTakesOneOutput() throws {
    let unit = LayerSpec.dense(inputs: 168, outputs: 1)
    let binary = try Self.model([unit], loss: .binaryCrossEntropy)
    #expect(binary.outputCount == 1 && binary.classCount == 2)
    #expect(try Self.model([unit]).classCount == 1)
    let pixels = Array(repeating: Float(1), count: 168)
    let two = Examples(shape: Self.image, classCount: 2, inputs: pixels, labels: [1])
    #expect(try binary.fitting(two).count == 1)
    let three = Examples(shape: Self.image, classCount: 3, inputs: pixels, labels: [2])
    #expect(
      throws: ModelError.wrongClasses(model: "model", outputs: 2, classes: 3, images: Self.image)
    ) {
      try binary.fitting(three)
    }
    let error = ModelError.wrongLoss(model: "model", .binaryCrossEntropy, outputs: 2)
    #expect(throws: error) {
      try Self.model([.dense(inputs: 168, outputs: 2)], loss: .binaryCrossEntropy)
    }
  }

  /// Label smoothing and weights are those of softmax cross-entropy, with a weight for each output.
  @Test func optionsOfTheLossHaveTheirLimits() throws {
    let plain = try Self.model([.dense(inputs: 168, outputs: 2)])
    let possible = [
      CrossEntropySpec(labelSmoothing: 0.999), CrossEntropySpec(classWeights: [0x1p-40, 0x1p40]),
    ]
    for spec in possible {
      let model = try plain.counting(by: spec)
      #expect(model.crossEntropy == spec && model.layers == plain.layers)
      #expect(try model.freezing(1).crossEntropy == spec)
      #expect(try model.counting(by: nil) == plain)
    }
    let impossible = [
      CrossEntropySpec(labelSmoothing: 1), CrossEntropySpec(labelSmoothing: -0.1),
      CrossEntropySpec(labelSmoothing: .nan), CrossEntropySpec(classWeights: [1]),
      CrossEntropySpec(classWeights: [1, 2, 3]), CrossEntropySpec(classWeights: [1, 0]),
      CrossEntropySpec(classWeights: [.nan, 1]), CrossEntropySpec(classWeights: [1, .infinity]),
    ]
    for spec in impossible { #expect(throws: ModelError.self) { try plain.counting(by: spec) } }
    let binary = try Self.model([.dense(inputs: 168, outputs: 1)], loss: .binaryCrossEntropy)
    #expect(throws: ModelError.self) { try binary.counting(by: possible[0]) }
  }

  @Test func anyPrefixOfTheLayersCanBeFrozen() throws {
    let model = try Self.model([.relu, .globalAveragePool, .dense(inputs: 4, outputs: 2)])
    for count in 0...3 {
      let frozen = try model.freezing(count)
      #expect(frozen.frozenLayers == count && frozen.layers == model.layers)
      #expect(try frozen.freezing(0) == model)
    }
    for count in [-1, 4, .max] {
      #expect(throws: ModelError.wrongFrozenLayers(model: "model", count, layers: 3)) {
        try model.freezing(count)
      }
    }
  }

  @Test func modulesHaveAllNamesOrNone() throws {
    #expect(try Self.model([.relu, .tanh], names: ["a", "b"]).moduleNames == ["a", "b"])
    #expect(throws: ModelError.wrongModuleNames(model: "model", names: 1, layers: 2)) {
      try Self.model([.relu, .tanh], names: ["a"])
    }
  }

  /// Options change, and everything else stays: crop, loss, frozen layers and names.
  @Test func normalisationCanBeChangedLayerByLayer() throws {
    let norm = LayerSpec.batchNorm(.pytorch(features: 4))
    let layers = [norm, .relu, norm, .globalAveragePool, .dense(inputs: 4, outputs: 1)]
    let model = try Self.model(
      layers, loss: .binaryCrossEntropy, frozen: 2, names: ["a", "b", "c", "d", "e"])
    var seen: [Int] = []
    let changed = try model.mappingBatchNorm { index, spec in
      seen.append(index)
      if index < 2 { spec.statistics = .moving }
      spec.momentum = 0.5
    }
    #expect(seen == [0, 2])
    var (first, second) = (
      BatchNormSpec.pytorch(features: 4), BatchNormSpec.pytorch(features: 4)
    )
    (first.momentum, second.momentum, first.statistics) = (0.5, 0.5, .moving)
    let expected = try Self.model(
      [.batchNorm(first), .relu, .batchNorm(second)] + layers[3...], loss: .binaryCrossEntropy,
      frozen: 2, names: ["a", "b", "c", "d", "e"])
    #expect(changed == expected)
    #expect(
      changed.layers.map { $0.batchStatistics == second } == [false, false, true, false, false])
    #expect(throws: ModelError.self) { try model.mappingBatchNorm { $1.groupSize = 1 } }
  }

  /// Only layers that normalise by their batch have statistics of one.
  @Test func layersSayWhetherTheyTakeStatistics() {
    var moving = BatchNormSpec.keras(features: 3)
    moving.statistics = .moving
    #expect(LayerSpec.batchNorm(moving).batchStatistics == nil)
    let spec = BatchNormSpec.pytorch(features: 3, groupSize: 4)
    #expect(LayerSpec.batchNorm(spec).batchStatistics == spec)
    #expect(LayerSpec.globalAveragePool.batchStatistics == nil)
  }

  /// A lone image has several positions to be normalised over, a lone vector has none.
  @Test func aLoneImageCanBeNormalised() throws {
    func run(_ image: ImageShape) throws -> RunConfiguration {
      let layers = [LayerSpec.batchNorm(.pytorch(features: 4)), .globalAveragePool]
      return RunConfiguration(
        model: try ModelSpec(name: "norm", input: image, layers: layers),
        optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 1), batchSize: 1, seed: 0)
    }
    #expect(throws: Never.self) { try run(Self.image).validate(count: 3) }
    let vector = ImageShape(height: 1, width: 1, channels: 4)
    #expect(throws: RunError.groupOfOne(samples: 3, batchSize: 1, groupSize: nil)) {
      try run(vector).validate(count: 3)
    }
  }
}
