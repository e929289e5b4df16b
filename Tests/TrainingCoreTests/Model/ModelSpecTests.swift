import Testing
import TrainingCore

@Suite struct ModelSpecTests {
  static let image = ImageShape(height: 28, width: 28)

  @Test func shapesFollowTheLayers() throws {
    let model = try ModelSpec(named: "lenet")
    #expect(
      try model.shapes().map(\.description) == [
        "28×28×1", "24×24×6", "24×24×6", "12×12×6", "8×8×16", "8×8×16", "4×4×16",
        "1×1×120", "1×1×120", "1×1×84", "1×1×84", "1×1×10",
      ])
    #expect(model.outputCount == 10)
  }

  @Test func poolingDropsWhatIsLeftOver() throws {
    let model = try ModelSpec(
      name: "pool", input: ImageShape(height: 7, width: 5, channels: 3),
      layers: [.averagePool(PoolSpec(window: 2))])
    #expect(try model.shapes()[1] == ImageShape(height: 3, width: 2, channels: 3))
    #expect(model.outputCount == 18)
  }

  @Test(arguments: [
    LayerSpec.dense(inputs: 783, outputs: 10), .dense(inputs: 784, outputs: 0),
    .dense(inputs: 784, outputs: -1), .dense(inputs: 784, outputs: 1 << 21),
    .dense(inputs: 784, outputs: .max),
    .convolution(ConvolutionSpec(inputChannels: 2, outputChannels: 1, kernel: 1)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 0, kernel: 1)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: 0)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: Extent(.min))),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: 29)),
    .averagePool(PoolSpec(window: 0)), .maxPool(PoolSpec(window: -2)),
    .averagePool(PoolSpec(window: 29)), .maxPool(PoolSpec(window: 2, stride: 0)),
    .batchNorm(.pytorch(features: 784)), .batchNorm(.pytorch(features: 1, groupSize: 1)),
    .batchNorm(.pytorch(features: 1, groupSize: 0)),
    .batchNorm(.pytorch(features: 1, groupSize: .min)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: 3, stride: 0)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: 3, padding: 3)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: 3, padding: -1)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 3, kernel: 1, groups: 2)),
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 1, kernel: 1, groups: 0)),
    .dropout(rate: 1), .dropout(rate: -0.25), .dropout(rate: .nan), .dropout(rate: .infinity),
  ])
  func refusesALayerThatDoesNotFit(_ layer: LayerSpec) {
    let error = #expect(throws: ModelError.self) {
      try ModelSpec(name: "misfit", input: Self.image, layers: [layer])
    }
    let expected = ModelError.shapeMismatch(layer: layer, input: Self.image)
    #expect(error?.description == expected.description)
  }

  @Test func `an error names the first layer that doesn't fit`() {
    let second = LayerSpec.dense(inputs: 11, outputs: 2)
    let before = ImageShape(height: 1, width: 1, channels: 10)
    #expect(throws: ModelError.shapeMismatch(layer: second, input: before)) {
      try ModelSpec(
        name: "misfit", input: Self.image, layers: [.dense(inputs: 784, outputs: 10), second])
    }
  }

  @Test(arguments: [
    ImageShape(height: 0, width: 1), ImageShape(height: 1, width: -1),
    ImageShape(height: 1, width: 1, channels: 0), ImageShape(height: .max, width: .max),
    ImageShape(height: (1 << 20) + 1, width: 1),
    ImageShape(height: 1 << 16, width: 1 << 14, channels: 2),
  ])
  func refusesAnImpossibleInput(_ input: ImageShape) {
    #expect(!input.isPlausible)
    #expect(throws: ModelError.impossibleInput(model: "absurd", input)) {
      try ModelSpec(name: "absurd", input: input, layers: [.relu])
    }
  }

  /// Each extent is possible by itself, but counting the weights would overflow, or take more
  /// memory than any machine has.
  @Test func refusesLayersTooLargeToCount() {
    let wide = ImageShape(height: 1 << 15, width: 1 << 15)
    let convolution = LayerSpec.convolution(
      ConvolutionSpec(inputChannels: 1, outputChannels: 1 << 20, kernel: 1))
    let huge = ImageShape(height: 1, width: 1, channels: 1 << 20)
    let dense = LayerSpec.dense(inputs: 1 << 20, outputs: 1 << 20)
    for (input, layer) in [(wide, convolution), (huge, dense)] {
      #expect(throws: ModelError.tooLarge(layer: layer, input: input)) {
        try ModelSpec(name: "absurd", input: input, layers: [layer])
      }
    }
    // 2²⁰ × 2²⁰ × 2²⁰ weights for each of 2²⁰ outputs.
    let hostile = LayerSpec.convolution(
      ConvolutionSpec(
        inputChannels: 1 << 20, outputChannels: 1 << 20, kernel: Extent(1 << 20),
        stride: Extent(1 << 20), padding: Extent(1 << 20 - 1)))
    #expect(throws: ModelError.tooLarge(layer: hostile, input: huge)) {
      try ModelSpec(name: "absurd", input: huge, layers: [hostile])
    }
    #expect(throws: Never.self) {
      let largest = LayerSpec.dense(inputs: 1 << 20, outputs: 1 << 12)
      let model = try ModelSpec(name: "large", input: huge, layers: [largest])
      #expect(ModelCost(of: model).parameters == 1 << 32 + 1 << 12)
    }
  }

  @Test func fitsImagesToItsInput() throws {
    let digits = Examples(
      shape: Self.image, classCount: 10, inputs: Array(repeating: 1, count: 784), labels: [3])
    #expect(try ModelSpec(named: "mlp-1").fitting(digits).shape == Self.image)
    let cropped = try ModelSpec(named: "mlp-2-crop20").fitting(digits)
    #expect(cropped.shape == ImageShape(height: 20, width: 20))

    let small = Examples(
      shape: ImageShape(height: 2, width: 3), classCount: 4, inputs: [1, 2, 3, 4, 5, 6],
      labels: [0])
    #expect(try ModelSpec(named: "mlp:6-4").fitting(small).inputs == small.inputs)
    #expect(try ModelSpec(named: "mlp:6-5").fitting(small).inputs == small.inputs)
    #expect(
      throws: ModelError.wrongClasses(model: "mlp:6-3", outputs: 3, classes: 4, images: small.shape)
    ) {
      try ModelSpec(named: "mlp:6-3").fitting(small)
    }
    let five = ImageShape(height: 1, width: 1, channels: 5)
    #expect(
      throws: ModelError.wrongImages(
        model: "mlp:5-4", expected: five, found: small.shape, classes: 4)
    ) {
      try ModelSpec(named: "mlp:5-4").fitting(small)
    }
    let uncropped = try ModelSpec(
      name: "uncropped", input: ImageShape(height: 2, width: 2),
      layers: [.dense(inputs: 4, outputs: 4)])
    #expect(throws: ModelError.self) { try uncropped.fitting(small) }
  }

  /// A perceptron sees numbers, whatever shape they have: mlp:784 takes 14×56 as it takes 28×28.
  @Test(arguments: [
    ImageShape(height: 14, width: 56), ImageShape(height: 1, width: 784),
    ImageShape(height: 14, width: 14, channels: 4),
  ])
  func aPerceptronTakesAnyImageOfItsSize(shape: ImageShape) throws {
    let images = Examples(
      shape: shape, classCount: 10, inputs: Array(repeating: 1, count: 784), labels: [3])
    for name in ["mlp-1", "mlp:784-64-10"] {
      #expect(try ModelSpec(named: name).fitting(images).inputs == images.inputs)
    }
    #expect(throws: ModelError.self) { try ModelSpec(named: "lenet").fitting(images) }
  }

  /// What the advice names takes the images, has outputs for the classes, and keeps the options.
  @Test(arguments: [
    ("mlp-1", 32, 3, 10, "mlp:3072-1024-10"), ("mlp-1", 28, 1, 26, "mlp:784-1024-26"),
    ("mlp:784-64-20+tanh+dropout0.5", 40, 1, 10, "mlp:1600-64-20+tanh+dropout0.5"),
    ("mobilenet-v2-tiny", 40, 3, 10, "mobilenet-v2-tiny+input40+channels3+classes10"),
    (
      "mobilenet-v2+width0.5+classes20", 64, 1, 10,
      "mobilenet-v2+input64+channels1+width0.5+classes20"
    ),
    ("mobilenet-v2-tiny+notop", 28, 3, 10, "mobilenet-v2-tiny+input28+channels3+notop"),
    ("mobilenet-v2-tiny", 4, 1, 10, "mlp:16-1024-10"), ("lenet", 32, 3, 100, "mlp:3072-128-100"),
  ])
  func theAdviceNamesAModelThatFits(
    name: String, extent: Int, channels: Int, classes: Int, similar: String
  ) throws {
    let shape = ImageShape(height: extent, width: extent, channels: channels)
    let errors: [ModelError] = [
      .wrongImages(model: name, expected: Self.image, found: shape, classes: classes),
      .wrongClasses(model: name, outputs: 1, classes: classes, images: shape),
    ]
    for error in errors { #expect(error.description.hasSuffix(": use \(similar)"), "\(error)") }
    let images = Examples(
      shape: shape, classCount: classes, inputs: Array(repeating: 0, count: shape.count),
      labels: [0])
    #expect(try ModelSpec(named: similar).input.count == shape.count)
    if !similar.hasSuffix("notop") { _ = try ModelSpec(named: similar).fitting(images) }
  }

  @Test func errorsAreOneLineThatNamesWhatIsWrong() throws {
    let layer = LayerSpec.dense(inputs: 5, outputs: 2)
    let errors: [(ModelError, [String])] = [
      (.unknownName("mlq"), ["mlq", "mlp-2-crop20", "mlp:784-128-10"]),
      (.shapeMismatch(layer: layer, input: Self.image), ["inputs: 5", "28×28×1"]),
      (.tooLarge(layer: layer, input: Self.image), ["inputs: 5", "4294967296"]),
      (.impossibleInput(model: "m", Self.image), ["m", "28×28×1", "1048576"]),
      (
        .wrongImages(
          model: "m", expected: Self.image, found: ImageShape(height: 2, width: 3), classes: 4),
        ["28×28×1", "2×3×1", "mlp:6-128-4"]
      ),
      (
        .wrongClasses(model: "m", outputs: 7, classes: 9, images: Self.image),
        ["7", "9", "mlp:784-128-9"]
      ),
      (.wrongResidual(layer: .residual(layers: 7), input: Self.image), ["layers: 7", "28×28×1"]),
      (
        .wrongLoss(model: "m", .binaryCrossEntropy, outputs: 8), ["m", "binary", "8", "one output"]
      ),
      (
        .wrongCrossEntropy(
          model: "m", CrossEntropySpec(labelSmoothing: 2, classWeights: [7, 5]), outputs: 8),
        ["m", "8", "2.0", "[7.0, 5.0]", "each output"]
      ),
      (.wrongFrozenLayers(model: "m", 9, layers: 4), ["m", "9", "from 0 to 4"]),
      (.wrongModuleNames(model: "m", names: 2, layers: 5), ["m", "2", "5"]),
      (
        .imagesTooSmall(model: "m", smallest: 32, found: Self.image),
        ["m", "at least 32×32", "28×28×1"]
      ),
      (
        .shapeMismatch(
          layer: .convolution(ConvolutionSpec(inputChannels: 3, outputChannels: 4, kernel: 2)),
          input: Self.image), ["3→4 channels", "kernel 2×2", "28×28×1"]
      ),
      (.shapeMismatch(layer: .maxPool(PoolSpec(window: 40)), input: Self.image), ["window 40×40"]),
    ]
    for (error, words) in errors {
      #expect(!error.description.contains("\n"))
      for word in words { #expect(error.description.contains(word), "\(error)") }
    }
  }
}
