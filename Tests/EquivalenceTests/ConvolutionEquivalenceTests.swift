import Testing
import TrainingCore

/// Whole runs over layers of images, whose arrays have a row for each position.
@Suite struct ConvolutionEquivalenceTests {
  /// A chain of layers, each of which fits the shape before it.
  struct Chain {
    private(set) var layers: [LayerSpec] = []
    private var shape: ImageShape
    let input: ImageShape

    init(_ height: Int, _ width: Int, _ channels: Int) {
      input = ImageShape(height: height, width: width, channels: channels)
      shape = input
    }

    func adding(_ layer: LayerSpec) -> Chain {
      var chain = self
      chain.layers.append(layer)
      if let shape = try? layer.outputShape(for: shape) { chain.shape = shape }
      return chain
    }

    func convolving(
      _ outputs: Int, _ kernel: Extent = 1, stride: Extent = 1, padding: Extent = 0,
      groups: Int = 1, hasBias: Bool = false
    ) -> Chain {
      adding(
        .convolution(
          ConvolutionSpec(
            inputChannels: shape.channels, outputChannels: outputs, kernel: kernel, stride: stride,
            padding: padding, groups: groups, hasBias: hasBias)))
    }

    func depthwise(_ kernel: Extent = 3, stride: Extent = 1, padding: Extent = 1) -> Chain {
      convolving(shape.channels, kernel, stride: stride, padding: padding, groups: shape.channels)
    }

    func normalizing(group: Int? = nil) -> Chain {
      adding(.batchNorm(.pytorch(features: shape.channels, groupSize: group)))
    }

    func normalizingByMovingAverages() -> Chain {
      var spec = BatchNormSpec.keras(features: shape.channels)
      spec.statistics = .moving
      return adding(.batchNorm(spec))
    }

    func dense(_ outputs: Int) -> Chain { adding(.dense(inputs: shape.count, outputs: outputs)) }

    func model(loss: LossSpec = .softmaxCrossEntropy, frozen: Int = 0) throws -> ModelSpec {
      try ModelSpec(
        name: "\(input): \(layers)", input: input, layers: layers, loss: loss,
        frozenLayers: frozen)
    }
  }

  private func run(_ model: ModelSpec, batchSize: Int = 8, samples: Int = 21) throws {
    for threads in [1, 3] {
      try runTwins(
        RunConfiguration(
          model: model, optimizer: .sgd(SGDSpec(momentum: 0.9)),
          schedule: LearningRateSchedule(base: 0.05), batchSize: batchSize, seed: 3),
        samples: samples, threads: threads)
    }
  }

  @Test(arguments: [1, 3, 16, 17, 33], [1, 2, 16, 35])
  func `pointwise convolutions have the bits of the reference`(_ inputs: Int, _ outputs: Int) throws
  {
    try run(
      Chain(4, 3, inputs).convolving(outputs).adding(.relu).convolving(5, hasBias: true)
        .adding(.globalAveragePool).dense(3).model())
  }

  @Test(
    arguments: [
      Extent(1), 2, 3, 5, Extent(height: 1, width: 3), Extent(height: 4, width: 2),
    ],
    [Extent(1), 2, 3, Extent(height: 2, width: 1)])
  func `convolutions of any kernel and stride have the bits of the reference`(
    _ kernel: Extent, _ stride: Extent
  ) throws {
    for padding in [0, min(kernel.height, kernel.width) - 1] {
      let first = Chain(7, 6, 3).convolving(
        18, kernel, stride: stride, padding: Extent(padding), hasBias: true)
      try run(first.adding(.tanh).adding(.globalAveragePool).dense(3).model())
      let second = Chain(8, 7, 2).convolving(16).adding(.relu6)
        .convolving(5, kernel, stride: stride, padding: Extent(padding))
      try run(second.adding(.relu).dense(3).model())
    }
  }

  @Test(arguments: [Extent(1), 2, 3], [1, 3, 16, 20, 40])
  func `depthwise convolutions have the bits of the reference`(_ stride: Extent, _ channels: Int)
    throws
  {
    for kernel in [1, 2, 3, 5] {
      let padding = Extent((kernel - 1) / 2)
      try run(
        Chain(6, 9, 2).convolving(channels).adding(.relu6)
          .depthwise(Extent(kernel), stride: stride, padding: padding).adding(.relu)
          .adding(.globalAveragePool).dense(4).model())
    }
  }

  @Test(arguments: [(4, 6, 2), (6, 4, 2), (9, 18, 3), (20, 40, 4), (5, 15, 5), (12, 6, 6)])
  func `grouped convolutions have the bits of the reference`(
    _ inputs: Int, _ outputs: Int, _ groups: Int
  ) throws {
    for stride in [Extent(1), 2] {
      try run(
        Chain(5, 6, 3).convolving(inputs, hasBias: true).adding(.tanh)
          .convolving(outputs, 3, stride: stride, padding: 1, groups: groups, hasBias: true)
          .adding(.relu).adding(.globalAveragePool).dense(4).model())
    }
  }

  /// Maps of more positions than are laid out as patches at a time, and batches of many rows.
  @Test func `maps larger than a block of patches have the bits of the reference`() throws {
    try run(
      Chain(19, 23, 3).convolving(8, 3, stride: 2, padding: 1).normalizing().adding(.relu6)
        .convolving(20, 3, padding: 1).convolving(17).adding(.maxPool(PoolSpec(window: 3)))
        .dense(3).model(), batchSize: 20, samples: 24)
    try run(
      Chain(3, 300, 2).convolving(4, 2).depthwise().convolving(5, 2).adding(.globalAveragePool)
        .dense(2).model(), batchSize: 3, samples: 4)
  }

  @Test(arguments: [nil, 2, 3])
  func `batch normalisation of maps has the bits of the reference`(_ group: Int?) throws {
    try run(
      Chain(4, 5, 3).normalizing(group: group).convolving(18, 3, padding: 1)
        .normalizing(group: group).adding(.relu6).normalizing().adding(.tanh).dense(3).model())
    try run(
      Chain(4, 5, 3).convolving(18).normalizingByMovingAverages().adding(.relu6).depthwise()
        .normalizingByMovingAverages().dense(3).model())
  }

  @Test(arguments: [
    PoolSpec(window: 2), PoolSpec(window: 3, stride: 2), PoolSpec(window: 2, stride: 3),
    PoolSpec(window: Extent(height: 1, width: 4), stride: 1),
  ])
  func `pooling layers have the bits of the reference`(_ spec: PoolSpec) throws {
    for pool in [LayerSpec.averagePool(spec), .maxPool(spec)] {
      try run(
        Chain(6, 7, 2).convolving(19, 3, padding: 1).adding(.relu).adding(pool).adding(.tanh)
          .convolving(4).dense(3).model())
      try run(Chain(6, 7, 2).adding(pool).dense(3).model())
    }
    try run(Chain(6, 7, 20).adding(.maxPool(spec)).adding(.globalAveragePool).dense(3).model())
  }

  /// What is not a number, at any place of a window, in some lanes and not in others.
  @Test func `a maximum pool propagates NaN as the reference does`() throws {
    let model = try Chain(4, 5, 18).adding(.maxPool(PoolSpec(window: 2, stride: 1))).model()
    let twins = try Twins(
      RunConfiguration(
        model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.05),
        batchSize: 8, seed: 3), threads: 2)
    let examples = Examples.random(8, for: model)
    var inputs = examples.inputs
    for index in stride(from: 0, to: inputs.count, by: 7) { inputs[index] = .nan }
    let outputs = twins.outputs(
      for: Batch(
        0..<8,
        of: Examples(
          shape: model.input, classCount: examples.classCount, inputs: inputs,
          labels: examples.labels)))
    #expect(outputs.contains { $0.isNaN } && outputs.contains { !$0.isNaN })
    #expect(twins.difference == nil)
  }

  /// Shortcuts over convolutions, over elementwise layers, from one place to several, across the
  /// border of frozen layers, and in models that are flat.
  @Test func `residual layers have the bits of the reference`() throws {
    let block = Chain(5, 4, 3).convolving(18).adding(.relu6).depthwise().adding(.relu6)
      .convolving(18)
    for span in 2...4 { try run(block.adding(.residual(layers: span)).dense(3).model()) }
    try run(
      Chain(4, 4, 3).convolving(7).adding(.tanh).adding(.relu).adding(.tanh)
        .adding(.residual(layers: 2)).adding(.residual(layers: 3)).adding(.residual(layers: 1))
        .adding(.relu6).dense(3).model())
    try run(
      Chain(1, 1, 9).adding(.tanh).dense(9).adding(.residual(layers: 2)).adding(.relu)
        .adding(.residual(layers: 3)).dense(3).adding(.tanh).adding(.residual(layers: 1)).model())
    for frozen in 0...8 {
      try run(
        block.normalizing().adding(.residual(layers: 2)).dense(3).model(frozen: frozen))
    }
  }

  @Test(arguments: 0...7)
  func `any number of frozen layers has the bits of the reference`(_ count: Int) throws {
    try run(
      Chain(5, 5, 2).convolving(6, 3).normalizing().adding(.relu6).convolving(17).normalizing()
        .adding(.globalAveragePool).dense(3).model(frozen: count))
  }

  /// Pixels that begin a quad of words, and others.
  @Test(arguments: [4, 18, 20, 80])
  func `dropout of maps has the bits of the reference`(_ channels: Int) throws {
    try run(
      Chain(3, 5, 3).adding(.dropout(rate: 0.3)).convolving(channels).adding(.dropout(rate: 0.5))
        .convolving(5).adding(.relu).adding(.dropout(rate: 0.1)).dense(3).model())
  }

  @Test func `the binary loss has the bits of the reference`() throws {
    try run(
      Chain(4, 4, 2).convolving(6, 3).adding(.relu).adding(.globalAveragePool).dense(1)
        .model(loss: .binaryCrossEntropy))
    try run(Chain(1, 1, 5).dense(8).adding(.tanh).dense(1).model(loss: .binaryCrossEntropy))
  }

  /// What leaves a model may be maps, whose numbers are its logits in the order H, W, C.
  @Test func `models that end in maps have the bits of the reference`() throws {
    try run(Chain(4, 3, 2).convolving(3, 3, padding: 1).model())
    try run(Chain(4, 3, 2).convolving(3, 3, padding: 1).adding(.tanh).model())
    try run(Chain(4, 3, 2).adding(.maxPool(PoolSpec(window: 2))).model())
  }

  @Test(arguments: ["lenet", "mobilenet-v2-tiny", "mobilenet-v2+width0.2+input32+classes10"])
  func `named models have the bits of the reference`(_ name: String) throws {
    try run(ModelSpec(named: name), batchSize: 4, samples: 6)
  }

  /// The statistics of a whole data set, which the optimized trainer takes in blocks of 256 samples and
  /// the reference in one; shortcuts reach over normalising layers.
  @Test(arguments: [1, 255, 300])
  func `statistics of a whole data set have the bits of the reference`(_ samples: Int) throws {
    let model = try Chain(4, 5, 3).normalizing().convolving(18).normalizing().adding(.relu6)
      .depthwise().normalizing().adding(.residual(layers: 3)).normalizing().adding(.tanh)
      .convolving(18).normalizing().adding(.residual(layers: 4)).adding(.globalAveragePool)
      .normalizing().dense(3).model()
    for threads in [1, 3] {
      var twins = try Twins(
        RunConfiguration(
          model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.05),
          batchSize: 8, seed: 3),
        threads: threads)
      let examples = Examples.random(samples, for: model)
      twins.measureStatistics(over: examples)
      _ = twins.evaluate(Batch(0..<samples, of: examples))
      #expect(twins.difference == nil)
    }
  }
}
