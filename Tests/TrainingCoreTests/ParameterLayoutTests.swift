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

  @Test func aModelWithoutWeightsHasNoTensors() throws {
    let model = try ModelSpec(
      name: "bare", input: ImageShape(height: 2, width: 2),
      layers: [.relu, .averagePool(PoolSpec(window: 2))])
    #expect(ParameterLayout(of: model).parameters.isEmpty)
    #expect(ParameterLayout(of: model).statistics.isEmpty)
  }
}
