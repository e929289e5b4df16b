extension ModelSpec {
  /// LeNet-5 as the published digit application has it: no padding, average pooling, tanh.
  static let lenetLayers: [LayerSpec] = [
    .convolution(ConvolutionSpec(inputChannels: 1, outputChannels: 6, kernel: 5)), .tanh,
    .averagePool(PoolSpec(window: 2)),
    .convolution(ConvolutionSpec(inputChannels: 6, outputChannels: 16, kernel: 5)), .tanh,
    .averagePool(PoolSpec(window: 2)),
    .dense(inputs: 256, outputs: 120), .tanh,
    .dense(inputs: 120, outputs: 84), .tanh,
    .dense(inputs: 84, outputs: 10),
  ]

  /// AlexNet with ten classes, as torchvision has it: "One weird trick for parallelizing
  /// convolutional neural networks" (Krizhevsky 2014), section 5.1.
  static func alexNet(named name: String) throws(ModelError) -> ModelSpec {
    func convolution(
      _ inputs: Int, _ outputs: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent
    ) -> LayerSpec {
      .convolution(
        ConvolutionSpec(
          inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride,
          padding: padding))
    }
    let pool = LayerSpec.maxPool(PoolSpec(window: 3, stride: 2))
    let features = [
      convolution(3, 64, 11, stride: 4, padding: 2), .relu, pool,
      convolution(64, 192, 5, padding: 2), .relu, pool,
      convolution(192, 384, 3, padding: 1), .relu,
      convolution(384, 256, 3, padding: 1), .relu,
      convolution(256, 256, 3, padding: 1), .relu, pool,
    ]
    let classifier: [LayerSpec] = [
      .dropout(rate: 0.5), .dense(inputs: 9216, outputs: 4096), .relu,
      .dropout(rate: 0.5), .dense(inputs: 4096, outputs: 4096), .relu,
      .dense(inputs: 4096, outputs: 10),
    ]
    return try ModelSpec(
      name: name, input: ImageShape(height: 224, width: 224, channels: 3),
      layers: features + classifier,
      moduleNames: features.indices.map { "features.\($0)" }
        + classifier.indices.map { "classifier.\($0)" })
  }
}
