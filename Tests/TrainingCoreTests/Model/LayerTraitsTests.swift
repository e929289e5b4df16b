import Testing
@testable import TrainingCore

@Suite struct LayerTraitsTests {
  private static let image = ImageShape(height: 6, width: 5, channels: 4)

  private static let layers: [LayerSpec] = [
    .dense(inputs: 120, outputs: 7),
    .convolution(ConvolutionSpec(inputChannels: 4, outputChannels: 6, kernel: 3, groups: 2)),
    .averagePool(PoolSpec(window: 2)), .maxPool(PoolSpec(window: 2)), .globalAveragePool, .relu,
    .relu6, .tanh, .gelu, .residual(layers: 1), .dropout(rate: 0.5),
    .batchNorm(.pytorch(features: 4, groupSize: 2)),
    .groupNorm(GroupNormSpec(features: 4, groups: 2)),
  ]

  @Test func `only rectifiers and maxima have kinks`() {
    #expect(
      Self.layers.filter(\.traits.hasKinks) == [.maxPool(PoolSpec(window: 2)), .relu, .relu6])
  }

  @Test func `only normalisation by the batch couples its samples`() {
    var moving = BatchNormSpec.pytorch(features: 4)
    moving.statistics = .moving
    let coupled = (Self.layers + [.batchNorm(moving)]).filter { $0.batchStatistics != nil }
    #expect(coupled == [.batchNorm(.pytorch(features: 4, groupSize: 2))])
  }

  @Test func `only a layer with a weight multiplies`() throws {
    for layer in Self.layers {
      let output = try layer.outputShape(for: Self.image)
      let weight = layer.traits.tensors().first { $0.role == .weight }
      let bias = layer.traits.tensors().contains { $0.role == .bias } ? 1 : 0
      // A dense weight is used once an image, a convolution's once at each position.
      let multiplications = (weight?.count ?? 0) * output.positions
      #expect(layer.multiplications(output: output) == multiplications)
      let operations = multiplications == 0 ? 0 : 2 * multiplications - (1 - bias) * output.count
      #expect(ModelCost.flops(of: layer, output: output) == operations)
    }
  }

  @Test func `a layer with tensors has a module's name for files, and no other`() {
    for layer in Self.layers {
      #expect((layer.traits.module == nil) == layer.traits.tensors().isEmpty)
    }
    #expect(Self.layers.compactMap(\.traits.module) == ["fc", "conv", "bn", "gn"])
    #expect(Set(Self.layers.map(\.traits.name)).count == Self.layers.count)
  }

  /// A damaged description is refused before its tensors are asked for, which divide by the groups.
  @Test func `a convolution of no groups is refused`() {
    let layer = LayerSpec.convolution(
      ConvolutionSpec(inputChannels: 4, outputChannels: 6, kernel: 3, groups: 0))
    #expect(throws: ModelError.shapeMismatch(layer: layer, input: Self.image)) {
      try layer.outputShape(for: Self.image)
    }
  }
}
