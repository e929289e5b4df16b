import Testing
import TrainingCore

/// The published experiment's counts, and the same counted from first principles.
@Suite struct ModelCostTests {
  struct Published: Sendable {
    let name: String
    let parameters: Int
    let flops: Int
  }

  @Test(arguments: [
    Published(name: "mlp-1", parameters: 814_090, flops: 1_626_112),
    Published(name: "mlp-2-crop20", parameters: 1_470_474, flops: 2_936_832),
    Published(name: "mlp-5", parameters: 575_102, flops: 1_148_240),
    Published(name: "lenet", parameters: 44_426, flops: 563_280),
    Published(name: "mlp:784-128-10", parameters: 101_770, flops: 203_264),
    Published(name: "mlp:784-256-10", parameters: 203_530, flops: 406_528),
    Published(name: "mlp:784-512-10", parameters: 407_050, flops: 813_056),
  ])
  func countsAsPublished(_ published: Published) throws {
    let cost = ModelCost(of: try ModelSpec(named: published.name))
    #expect(cost.parameters == published.parameters)
    #expect(cost.flops == published.flops)
  }

  /// The author's table has 2,176,080 for LeNet-5, because the counter there doesn't see the
  /// pooling: it sizes the second convolution for maps of 24×24.
  @Test func publishedLeNetIsTheCountWithoutPooling() throws {
    let model = try ModelSpec(named: "lenet")
    let shapes = try model.shapes()
    var total = 0
    for (index, layer) in model.layers.enumerated() {
      let output =
        index == 3 ? try layer.outputShape(for: shapes[1]) : shapes[index + 1]
      total += ModelCost.flops(of: layer, output: output)
    }
    #expect(total == 2_176_080)
  }

  /// MobileNetV2 as frameworks count it.
  ///
  /// Keras's 2,257,984 without top have the moving averages among them, torchvision's 3,504,872 don't.
  /// The aerial study's dense unit on top has 1,281.
  @Test func countsMobileNetAsPublished() throws {
    let body = ModelCost(of: try ModelSpec(named: "mobilenet-v2+notop"))
    #expect(body.parameters + body.statistics == 2_257_984)
    #expect(ModelCost(of: try ModelSpec(named: "mobilenet-v2")).parameters == 3_504_872)
    let unit = ModelCost(of: try ModelSpec(named: "mobilenet-v2+classes1"))
    #expect(unit.parameters - body.parameters == 1281)
    #expect(unit.statistics == body.statistics)
  }

  /// AlexNet of the online-selection experiment, with ten classes.
  @Test func countsAlexNetAsPublished() throws {
    #expect(ModelCost(of: try ModelSpec(named: "alexnet")).parameters == 57_044_810)
  }

  /// Of a convolution, an output is one of a dense layer whose inputs are the window's channels of its
  /// group.
  ///
  /// Without a bias it has one operation less. Pools and sums count nothing.
  @Test(arguments: [(1, true), (2, true), (2, false)])
  func convolutionsCountTheirWindows(_ groups: Int, _ hasBias: Bool) throws {
    let convolution = ConvolutionSpec(
      inputChannels: 4, outputChannels: 6, kernel: Extent(height: 3, width: 2), stride: 2,
      padding: 1, groups: groups, hasBias: hasBias)
    let model = try ModelSpec(
      name: "convolution", input: ImageShape(height: 5, width: 4, channels: 4),
      layers: [
        .convolution(convolution), .relu6, .residual(layers: 1),
        .maxPool(PoolSpec(window: 2, stride: 1)), .averagePool(PoolSpec(window: 2)),
        .globalAveragePool,
      ])
    let window = 3 * 2 * 4 / groups
    let cost = ModelCost(of: model)
    #expect(cost.parameters == 6 * (window + (hasBias ? 1 : 0)))
    #expect(cost.flops == 3 * 3 * 6 * (2 * window - 1 + (hasBias ? 1 : 0)))
    #expect(cost.statistics == 0)
  }

  @Test func normalisationHasParametersButCountsNoOperations() throws {
    let plain = ModelCost(of: try ModelSpec(named: "mlp:12-7-3"))
    let normalised = ModelCost(of: try ModelSpec(named: "mlp:12-7-3+batchnorm+tanh+dropout0.5"))
    #expect(plain.parameters == 12 * 7 + 7 + 7 * 3 + 3)
    #expect(plain.flops == 7 * (12 + 11) + 7 + 3 * (7 + 6) + 3)
    #expect(normalised.parameters == plain.parameters + 2 * 7)
    #expect(normalised.flops == plain.flops)
  }

  @Test(arguments: ["mlp-1", "mlp:12-7-3+batchnorm+dropout0.5", "lenet", "mobilenet-v2"])
  func theLayersAddUpToTheModel(name: String) throws {
    let model = try ModelSpec(named: name)
    let cost = ModelCost(of: model)
    let layers = ModelCost.layers(of: model)
    #expect(layers.count == model.layers.count)
    #expect(layers.map(\.output) == Array(try model.shapes().dropFirst()))
    #expect(layers.reduce(0) { $0 + $1.parameters } == cost.parameters)
    #expect(layers.reduce(0) { $0 + $1.statistics } == cost.statistics)
    #expect(layers.reduce(0) { $0 + $1.flops } == cost.flops)
    #expect(cost.bytesInMemory == 4 * (cost.parameters + cost.statistics))
  }

  @Test func layersAreCalledAsInFiles() throws {
    let layers = ModelCost.layers(of: try ModelSpec(named: "mlp:12-7-3+batchnorm+dropout0.5"))
    #expect(layers.map(\.name) == ["fc1", "bn1", "ReLU", "dropout", "fc2"])
    #expect(layers.map(\.parameters) == [12 * 7 + 7, 2 * 7, 0, 0, 7 * 3 + 3])
    #expect(layers.map(\.statistics) == [0, 2 * 7, 0, 0, 0])
    #expect(layers.map(\.multiplyAccumulates) == [12 * 7, 0, 0, 0, 7 * 3])
    // torchvision's MobileNetV2 for one image of 224×224: some 300 million (Sandler et al. 2018,
    // table 4).
    let mobile = ModelCost.layers(of: try ModelSpec(named: "mobilenet-v2"))
    #expect(mobile.first?.name == "features.0.0")
    #expect(mobile.reduce(0) { $0 + $1.multiplyAccumulates } / 1_000_000 == 300)
  }
}
