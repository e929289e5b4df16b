import Testing
import TrainingCore

@Suite struct ModelSpecNamedTests {
  @Test(arguments: [
    ("mlp-1", [784, 1024, 10]), ("mlp-2", [784, 1024, 1024, 10]),
    ("mlp-2-crop20", [400, 1024, 1024, 10]), ("mlp-5", [784, 512, 256, 120, 84, 10]),
    ("mlp:784-128-10", [784, 128, 10]), ("mlp:5-3", [5, 3]), ("mlp:1-1-1-1", [1, 1, 1, 1]),
  ])
  func perceptronsHaveReLUBetweenTheirLayers(_ name: String, _ widths: [Int]) throws {
    var layers: [LayerSpec] = []
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      if !layers.isEmpty { layers.append(.relu) }
      layers.append(.dense(inputs: inputs, outputs: outputs))
    }
    let model = try ModelSpec(named: name)
    #expect(model.name == name)
    #expect(model.layers == layers)
    #expect(model.input.count == widths[0])
    #expect(model.cropsToInput == (name == "mlp-2-crop20"))
  }

  @Test func inputsAreImagesWhereTheSizeSaysSo() throws {
    #expect(try ModelSpec(named: "mlp-1").input == ImageShape(height: 28, width: 28))
    #expect(try ModelSpec(named: "mlp:784-10").input == ImageShape(height: 28, width: 28))
    #expect(try ModelSpec(named: "mlp-2-crop20").input == ImageShape(height: 20, width: 20))
    #expect(
      try ModelSpec(named: "mlp:400-10").input == ImageShape(height: 1, width: 1, channels: 400))
  }

  @Test func `options add layers after each hidden layer`() throws {
    let grouped = try ModelSpec(named: "mlp:6-4-3+groupnorm2+gelu")
    #expect(
      grouped.layers == [
        .dense(inputs: 6, outputs: 4), .groupNorm(GroupNormSpec(features: 4, groups: 2)), .gelu,
        .dense(inputs: 4, outputs: 3),
      ])
    let names = ParameterLayout(of: try ModelSpec(named: "mlp:6-4-3+layernorm")).parameters.map(
      \.name)
    #expect(names.contains("ln1.weight") && names.contains("ln1.bias"))
    #expect(throws: ModelError.self) { try ModelSpec(named: "mlp:6-5-3+groupnorm2") }
    let model = try ModelSpec(named: "mlp:6-5-4-3+ghost8+tanh+dropout0.25")
    #expect(
      model.layers == [
        .dense(inputs: 6, outputs: 5), .batchNorm(.pytorch(features: 5, groupSize: 8)), .tanh,
        .dropout(rate: 0.25),
        .dense(inputs: 5, outputs: 4), .batchNorm(.pytorch(features: 4, groupSize: 8)), .tanh,
        .dropout(rate: 0.25), .dense(inputs: 4, outputs: 3),
      ])
    #expect(
      try ModelSpec(named: "mlp:6-5-3+batchnorm").layers == [
        .dense(inputs: 6, outputs: 5), .batchNorm(.pytorch(features: 5)), .relu,
        .dense(inputs: 5, outputs: 3),
      ])
  }

  @Test func everyListedNameIsAModel() throws {
    for name in ModelSpec.names {
      #expect(try ModelSpec(named: name).name == name)
      #expect(try ModelSpec(named: name).classCount == (name == "mobilenet-v2" ? 1000 : 10))
    }
  }

  @Test(arguments: [
    "", "mlp", "mlp-3", "MLP-1", "mlp-1 ", "lenet+tanh", "mlp:", "mlp:784", "mlp:784-",
    "mlp:-784-10", "mlp:784--10", "mlp:0-10", "mlp:784-ten", "mlp:784-10.5",
    "mlp:9223372036854775808-1", "mlp:1048577-1", "mlp:4-1048577", "mlp-1+", "mlp-1+relu",
    "mlp-1+ghost", "mlp-1+ghost1", "mlp-1+ghost0", "mlp-1+ghost-2", "mlp-1+dropout",
    "mlp-1+dropout1", "mlp-1+dropout-0.5", "mlp-1+dropoutnan", "mlp-1+dropoutinf",
    "alexnet+tanh", "mobilenet-v2+", "mobilenet-v2+tanh", "mobilenet-v2+width",
    "mobilenet-v2+width0", "mobilenet-v2+width-1", "mobilenet-v2+widthnan", "mobilenet-v2+width1e9",
    "mobilenet-v2+input", "mobilenet-v2+input0", "mobilenet-v2+input9.5", "mobilenet-v2+classes0",
    "mobilenet-v2+channels0", "mobilenet-v2+notop1", "mobilenet-v2-small",
    "mobilenet-v2+width0.5+width2", "mobilenet-v2+notop+notop", "mlp-1+dropout0.5+dropout0.1",
    "mlp-1+tanh+gelu", "mlp-1+layernorm+batchnorm", "mlp-1+layernorm+groupnorm2",
    "mlp-1+ghost4+groupnorm2", "mlp-1+groupnorm", "mlp-1+groupnorm0", "mlp-1+layernorm2",
    "mlp-1+gelu1",
    "mlp:" + Array(repeating: "2", count: 65).joined(separator: "-"),
  ])
  func refusesAnUnknownName(_ name: String) {
    #expect(throws: ModelError.unknownName(name)) { try ModelSpec(named: name) }
  }

  @Test func refusesWidthsThatNoMemoryHolds() {
    #expect(throws: ModelError.self) { try ModelSpec(named: "mlp:1048576-1048576") }
  }
}
