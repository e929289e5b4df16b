import TrainingCore

/// The stages of a model: its list of layers, cut before each layer that is more than elementwise.
struct StageList {
  private(set) var stages: [Stage]
  private let configuration: RunConfiguration
  private let shapes: [ImageShape]
  /// The stage whose output each layer takes.
  private var sources: [Int] = []

  /// Builds the stages of a model, from one sample's shape before each layer and after the last.
  init(_ configuration: RunConfiguration, shapes: [ImageShape]) {
    self.configuration = configuration
    self.shapes = shapes
    let layers = configuration.model.layers
    // Until a layer depends on positions, an image may be a single row, as a dense layer takes it.
    let first = layers.first { if case .residual = $0 { false } else { !$0.isElementwise } }
    let isFlat = if case .dense? = first { true } else { first == nil }
    stages = [Stage(.input, image: isFlat ? shapes[0].flattened : shapes[0], layer: 0)]
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
    var image = output
    let windows = { PoolWindows(spec: $0, input: input, output: output) }
    let head: Stage.Head
    switch layer {
    case .relu: return last.append(.relu)
    case .relu6: return last.append(.relu6)
    case .tanh: return last.append(.tanh)
    case .gelu: return last.append(.gelu)
    case .dropout(let rate):
      return last.append(.dropout(Dropout(rate: rate, seed: configuration.seed, layer: index)))
    case .dense(let inputs, let outputs):
      head = .dense(Parameters(rows: inputs, columns: outputs, slots: slots))
    case .convolution(let spec) where spec.groups == 1:
      head = .convolution(Convolution(spec, input: input, output: output, slots: slots))
    case .convolution(let spec):
      head = .depthwise(DepthwiseConvolution(spec, input: input, output: output, slots: slots))
    case .batchNorm(let spec):
      image = last.image
      head = .batchNorm(BatchNorm(spec, positions: image.positions, slots: slots))
    case .groupNorm(let spec):
      image = last.image
      head = .groupNorm(GroupNorm(spec, positions: image.positions, slots: slots))
    case .averagePool(let spec): head = .averagePool(AveragePool(windows: windows(spec)))
    case .globalAveragePool:
      let spec = PoolSpec(window: Extent(height: input.height, width: input.width))
      head = .averagePool(AveragePool(windows: windows(spec)))
    case .maxPool(let spec): head = .maxPool(MaxPool(windows: windows(spec)))
    case .residual(let span):
      image = last.image
      head = .residual(source: sources[index - span])
    }
    append(head, image, at: index)
    if case .residual(let source) = head { stages[source].shortcuts.insert(last, at: 0) }
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
    case .relu, .relu6, .tanh, .gelu, .dropout: true
    default: false
    }
  }
}

extension ImageShape {
  /// All numbers of an image as the channels of one pixel.
  fileprivate var flattened: ImageShape { ImageShape(height: 1, width: 1, channels: count) }
}
