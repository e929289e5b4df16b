import PropertyTesting
import Testing
import TrainingCore

/// Models in words, and random ones made of them.
@Suite struct ModelWordsTests {
  private static func convolution(
    _ inputs: Int, _ outputs: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0,
    groups: Int = 1, hasBias: Bool = true
  ) -> LayerSpec {
    .convolution(
      ConvolutionSpec(
        inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride,
        padding: padding, groups: groups, hasBias: hasBias))
  }

  @Test func wordsAreLayers() throws {
    let model = try ModelSpec(
      words: "9 dropout0.2 dense17 batchnorm relu tanh gelu ghost4 kerasnorm dense3")
    #expect(model.input == ImageShape(height: 1, width: 1, channels: 9))
    #expect(
      model.layers == [
        .dropout(rate: 0.2), .dense(inputs: 9, outputs: 17), .batchNorm(.pytorch(features: 17)),
        .relu, .tanh, .gelu, .batchNorm(.pytorch(features: 17, groupSize: 4)),
        .batchNorm(.keras(features: 17)), .dense(inputs: 17, outputs: 3),
      ])
    #expect(model.loss == .softmaxCrossEntropy && model.frozenLayers == 0)
  }

  @Test func wordsAreLayersOverImages() throws {
    let model = try ModelSpec(
      words: "9x8x4 conv6k3x2s2x1p1x0g2 bareconv6k3p1 residual1 depthwise3s2 relu6 maxpool2s1 "
        + "movingnorm averagepool2 globalpool dense1 binary frozen3")
    var moving = BatchNormSpec.pytorch(features: 6)
    moving.statistics = .moving
    #expect(model.input == ImageShape(height: 9, width: 8, channels: 4))
    #expect(
      model.layers == [
        Self.convolution(
          4, 6, Extent(height: 3, width: 2), stride: Extent(height: 2, width: 1),
          padding: Extent(height: 1, width: 0), groups: 2),
        Self.convolution(6, 6, 3, padding: 1, hasBias: false), .residual(layers: 1),
        Self.convolution(6, 6, 3, stride: 2, padding: 1, groups: 6, hasBias: false), .relu6,
        .maxPool(PoolSpec(window: 2, stride: 1)), .batchNorm(moving),
        .averagePool(PoolSpec(window: 2)), .globalAveragePool, .dense(inputs: 6, outputs: 1),
      ])
    #expect(model.loss == .binaryCrossEntropy && model.frozenLayers == 3)
  }

  @Test func wordsAreGroupNormalisation() throws {
    let model = try ModelSpec(words: "2x2x4 groupnorm2 layernorm")
    #expect(
      model.layers == [
        .groupNorm(GroupNormSpec(features: 4, groups: 2)), .groupNorm(GroupNormSpec(features: 4)),
      ])
    #expect(throws: ModelError.self) { try ModelSpec(words: "2x2x4 groupnorm3") }
    #expect(throws: ModelError.self) { try ModelSpec(words: "2x2x4 groupnorm0") }
  }

  @Test func wordsAreOptionsOfTheLoss() throws {
    let model = try ModelSpec(words: "4 dense5 smooth0.25 weighted")
    #expect(model.layers == [.dense(inputs: 4, outputs: 5)])
    #expect(model.crossEntropy?.labelSmoothing == 0.25)
    #expect(model.crossEntropy?.classWeights == (0..<5).map { 0.3 + 0.4 * Double($0 % 4) })
    #expect(try ModelSpec(words: "4 dense5").crossEntropy == nil)
  }

  @Test(arguments: [
    "", "dense3", "9x8 relu", "9x8x4x2 relu", "x relu", "9 dense", "9 relu7", "9 dense3k",
    "4x4x1 conv2k3x", "4x4x1 conv2k3x3x3", "4x4x1 maxpool", "4 moving", "4 binary1", "4 frozen",
  ])
  func otherWordsAreUnknown(_ words: String) {
    #expect(throws: ModelError.self) { try ModelSpec(words: words) }
  }

  @Test func namesAreSpelledToo() throws {
    #expect(try ModelSpec(spelled: "lenet") == ModelSpec(named: "lenet"))
    #expect(try ModelSpec(spelled: "4 dense2") == ModelSpec(words: "4 dense2"))
  }

  /// A few hundred random runs have all layers, both losses and frozen layers, and fit their limits;
  /// without images they have what there was before.
  @Test(arguments: [true, false]) func randomRunsHaveEverything(_ images: Bool) throws {
    var words: Set<String> = []
    for number in 1...400 {
      var choices = Choices(seed: 3, testCase: number)
      let configuration = try choices.configuration(images: images)
      let model = configuration.model
      words.formUnion(
        model.name.split(separator: " ").dropFirst().map { $0.prefix { $0.isLetter } }.map(
          String.init))
      if model.layers.contains(.relu6) { words.insert("relu6") }
      let hasPositions = model.input.count > model.input.channels
      #expect(configuration.batchSize <= (hasPositions ? 40 : 80))
      #expect(configuration.canRun(configuration.batchSize))
      #expect(try model.shapes().allSatisfy { $0.channels <= 70 })
    }
    let always: Set = [
      "dense", "relu", "tanh", "gelu", "dropout", "batchnorm", "ghost", "kerasnorm", "layernorm",
    ]
    let overImages: Set = [
      "conv", "bareconv", "depthwise", "maxpool", "averagepool", "globalpool", "relu6", "residual",
      "movingnorm", "groupnorm", "binary", "frozen", "smooth", "weighted",
    ]
    #expect(words == (images ? always.union(overImages) : always))
  }

  /// Convolutions of every kind: strides, padding, groups, kernels that aren't square.
  @Test func randomConvolutionsAreOfAllKinds() throws {
    var kinds: Set<String> = []
    for number in 1...200 {
      var choices = Choices(seed: 4, testCase: number)
      let image = ImageShape(height: 5, width: 4, channels: choices.integer(in: 1...6))
      let word = choices.convolution(over: image, channels: 8)
      let model = try ModelSpec(words: "5x4x\(image.channels) \(word)")
      guard case .convolution(let spec) = model.layers[0] else { continue }
      if spec.kernel.height != spec.kernel.width { kinds.insert("oblong") }
      if spec.stride.count > 1 { kinds.insert("strided") }
      if spec.padding.count > 0 { kinds.insert("padded") }
      if spec.groups > 1, spec.groups < spec.inputChannels { kinds.insert("grouped") }
      if spec.groups > 1, spec.groups == spec.inputChannels { kinds.insert("depthwise") }
      if spec.kernel == 1 { kinds.insert("pointwise") }
      kinds.insert(spec.hasBias ? "biased" : "bare")
    }
    #expect(
      kinds == [
        "oblong", "strided", "padded", "grouped", "depthwise", "pointwise", "biased", "bare",
      ])
  }
}
