import TrainingCore

/// The stages of a model: its list of layers, cut before each layer that is more than elementwise.
struct StageList {
  private(set) var stages: [Stage]
  private let configuration: RunConfiguration
  private let shapes: [ImageShape]
  /// The stage whose output each layer takes.
  private var sources: [Int] = []

  /// Builds the stages of a model, from the shape of one sample before each layer and after the last.
  init(_ configuration: RunConfiguration, shapes: [ImageShape]) {
    self.configuration = configuration
    self.shapes = shapes
    let layers = configuration.model.layers
    var isFlat = true
    if let first = layers.first(where: { $0.seesPositions || $0.flattens }) {
      isFlat = first.flattens
    }
    stages = [
      Stage(.input, image: isFlat ? shapes[0].flattened : shapes[0], layer: 0)
    ]
    for index in layers.indices { append(layers[index], at: index) }
    if last.image.positions > 1 { append(.flatten, last.image.flattened, at: layers.count) }
  }

  private var last: Stage { stages[stages.count - 1] }

  private mutating func append(_ head: Stage.Head, _ image: ImageShape, at layer: Int) {
    stages.append(Stage(head, image: image, layer: layer))
  }

  private mutating func append(_ layer: LayerSpec, at index: Int) {
    let slots = configuration.optimizer.slotNames.count
    let (input, output) = (shapes[index], shapes[index + 1])
    if case .dense = layer, last.image.positions > 1 {
      append(.flatten, last.image.flattened, at: index)
    }
    sources.append(stages.count - 1)
    if layer.isElementwise, isShortcut(from: index) { append(.copy, last.image, at: index) }
    switch layer {
    case .dense(let inputs, let outputs):
      append(
        .dense(Parameters(rows: inputs, columns: outputs, slots: slots)), output, at: index)
    case .convolution(let spec) where spec.groups == 1:
      append(
        .convolution(Convolution(spec, input: input, output: output, slots: slots)), output,
        at: index)
    case .convolution(let spec):
      append(
        .depthwise(DepthwiseConvolution(spec, input: input, output: output, slots: slots)), output,
        at: index)
    case .batchNorm(let spec):
      let norm = BatchNorm(spec, positions: last.image.positions, slots: slots)
      append(.batchNorm(norm), last.image, at: index)
    case .averagePool(let spec):
      let windows = PoolWindows(spec: spec, input: input, output: output)
      append(.averagePool(AveragePool(windows: windows)), output, at: index)
    case .globalAveragePool:
      let spec = PoolSpec(window: Extent(height: input.height, width: input.width))
      let windows = PoolWindows(spec: spec, input: input, output: output)
      append(.averagePool(AveragePool(windows: windows)), output, at: index)
    case .maxPool(let spec):
      let windows = PoolWindows(spec: spec, input: input, output: output)
      append(.maxPool(MaxPool(windows: windows)), output, at: index)
    case .residual(let span):
      let source = sources[index - span]
      append(.residual(source: source), last.image, at: index)
      stages[source].shortcuts.insert(last, at: 0)
    case .relu: last.append(.relu)
    case .relu6: last.append(.relu6)
    case .tanh: last.append(.tanh)
    case .dropout(let rate):
      last.append(
        .dropout(Dropout(rate: rate, seed: configuration.seed, layer: index)))
    }
  }

  /// Whether a residual layer adds a layer's input.
  private func isShortcut(from index: Int) -> Bool {
    configuration.model.layers.enumerated().contains { later, layer in
      if case .residual(let span) = layer { later - span == index } else { false }
    }
  }
}

extension LayerSpec {
  /// Whether each output depends on the input in its place alone.
  fileprivate var isElementwise: Bool {
    switch self {
    case .relu, .relu6, .tanh, .dropout: true
    default: false
    }
  }

  /// Whether the layer depends on positions in an image, or combines them.
  fileprivate var seesPositions: Bool {
    switch self {
    case .convolution, .averagePool, .maxPool, .globalAveragePool, .batchNorm: true
    case .dense, .relu, .relu6, .tanh, .residual, .dropout: false
    }
  }

  /// Whether the layer takes an image as a single row.
  fileprivate var flattens: Bool { if case .dense = self { true } else { false } }
}

extension ImageShape {
  /// All numbers of an image as the channels of one pixel.
  fileprivate var flattened: ImageShape { ImageShape(height: 1, width: 1, channels: count) }
}
