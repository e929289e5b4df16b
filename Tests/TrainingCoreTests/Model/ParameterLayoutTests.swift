import Testing
import TrainingCore

@Suite struct ParameterLayoutTests {
  @Test func namesAndShapesOfLeNet() throws {
    let layout = ParameterLayout(of: try ModelSpec(named: "lenet"))
    #expect(
      layout.parameters.map { "\($0.name) \($0.shape) \($0.role) \($0.layer) \($0.fanIn)" } == [
        "conv1.weight [5, 5, 1, 6] weight 0 25", "conv1.bias [6] bias 0 25",
        "conv2.weight [5, 5, 6, 16] weight 3 150", "conv2.bias [16] bias 3 150",
        "fc1.weight [256, 120] weight 6 256", "fc1.bias [120] bias 6 256",
        "fc2.weight [120, 84] weight 8 120", "fc2.bias [84] bias 8 120",
        "fc3.weight [84, 10] weight 10 84", "fc3.bias [10] bias 10 84",
      ])
    #expect(layout.statistics.isEmpty)
  }

  @Test func namesAndShapesWithBatchNormalisation() throws {
    let layout = ParameterLayout(of: try ModelSpec(named: "mlp:4-3-2-5+batchnorm+dropout0.5"))
    #expect(
      layout.parameters.map { "\($0.name) \($0.shape) \($0.role) \($0.layer)" } == [
        "fc1.weight [4, 3] weight 0", "fc1.bias [3] bias 0",
        "bn1.weight [3] scale 1", "bn1.bias [3] shift 1",
        "fc2.weight [3, 2] weight 4", "fc2.bias [2] bias 4",
        "bn2.weight [2] scale 5", "bn2.bias [2] shift 5",
        "fc3.weight [2, 5] weight 8", "fc3.bias [5] bias 8",
      ])
    #expect(
      layout.statistics.map { "\($0.name) \($0.shape) \($0.role) \($0.layer)" } == [
        "bn1.running_mean [3] movingMean 1", "bn1.running_var [3] movingVariance 1",
        "bn2.running_mean [2] movingMean 5", "bn2.running_var [2] movingVariance 5",
      ])
    #expect(layout.parameters.map(\.count) == [12, 3, 3, 3, 6, 2, 2, 2, 10, 5])
  }

  /// Channels of a group, not all, are a convolution's inputs; without a bias there is no tensor of it.
  @Test func namesAndShapesOfConvolutions() throws {
    func convolution(_ inputs: Int, _ outputs: Int, groups: Int, bias: Bool) -> LayerSpec {
      .convolution(
        ConvolutionSpec(
          inputChannels: inputs, outputChannels: outputs, kernel: Extent(height: 3, width: 2),
          groups: groups, hasBias: bias))
    }
    let layout = ParameterLayout(
      of: try ModelSpec(
        name: "convolutions", input: ImageShape(height: 9, width: 8, channels: 4),
        layers: [
          convolution(4, 6, groups: 2, bias: true), convolution(6, 6, groups: 6, bias: false),
          .batchNorm(.pytorch(features: 6)), .dense(inputs: 180, outputs: 2),
        ]))
    #expect(
      layout.parameters.map { "\($0.name) \($0.shape) \($0.role) \($0.layer) \($0.fanIn)" } == [
        "conv1.weight [3, 2, 2, 6] weight 0 12", "conv1.bias [6] bias 0 12",
        "conv2.weight [3, 2, 1, 6] weight 1 6",
        "bn1.weight [6] scale 2 1", "bn1.bias [6] shift 2 1",
        "fc1.weight [180, 2] weight 3 180", "fc1.bias [2] bias 3 180",
      ])
    // The dense layer takes an image of channels, which PyTorch would put first.
    #expect(layout.parameters.map(\.flattened).dropLast(2).allSatisfy { $0 == nil })
    #expect(layout.parameters[5].flattened == ImageShape(height: 5, width: 6, channels: 6))
    #expect(layout.parameters[6].flattened == nil)
  }

  /// One channel, or one position, is the same in either order.
  @Test func denseLayersFlattenImagesOfSeveralChannels() throws {
    for (name, expected) in [("mlp-1", nil), ("mobilenet-v2-tiny", nil)] as [(String, ImageShape?)]
    {
      let layout = ParameterLayout(of: try ModelSpec(named: name))
      #expect(layout.parameters.allSatisfy { $0.flattened == expected }, "\(name)")
    }
    let lenet = ParameterLayout(of: try ModelSpec(named: "lenet")).parameters
    #expect(
      lenet.compactMap(\.flattened) == [ImageShape(height: 4, width: 4, channels: 16)])
  }

  /// Where a model names its modules, files have those names.
  @Test func modulesMayHaveNamesOfTheirOwn() throws {
    let model = try ModelSpec(
      name: "named", input: ImageShape(height: 2, width: 2),
      layers: [.dense(inputs: 4, outputs: 3), .batchNorm(.pytorch(features: 3)), .relu],
      moduleNames: ["body.0", "body.1", ""])
    let layout = ParameterLayout(of: model)
    #expect(
      layout.parameters.map(\.name) == [
        "body.0.weight", "body.0.bias", "body.1.weight", "body.1.bias",
      ])
    #expect(layout.statistics.map(\.name) == ["body.1.running_mean", "body.1.running_var"])
  }

  @Test func aModelWithoutWeightsHasNoTensors() throws {
    let model = try ModelSpec(
      name: "bare", input: ImageShape(height: 2, width: 2),
      layers: [.relu, .averagePool(PoolSpec(window: 2))])
    #expect(ParameterLayout(of: model).parameters.isEmpty)
    #expect(ParameterLayout(of: model).statistics.isEmpty)
  }
}
