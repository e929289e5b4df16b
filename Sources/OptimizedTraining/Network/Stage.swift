import TrainingCore

/// A layer that mixes features, positions or samples, and the elementwise layers after it.
///
/// The elementwise layers are computed on each part of the layer's output while that is in the cache.
/// A stage's arrays hold a batch, [N·H·W, C]: a row for each position of each sample.
final class Stage {
  enum Head {
    /// The images.
    case input
    case dense(Parameters)
    case convolution(Convolution)
    case depthwise(DepthwiseConvolution)
    case batchNorm(BatchNorm)
    case groupNorm(GroupNorm)
    case averagePool(AveragePool)
    case maxPool(MaxPool)
    /// The sum with another stage's output.
    case residual(source: Int)
    /// A copy of the previous stage's output: where a shortcut leaves between elementwise layers.
    case copy
    /// Images as single rows: [N·H·W, C] as [N, H·W·C].
    case flatten
  }

  /// The layer that the stage starts with.
  let head: Head
  /// The shape of one sample's output; its channels are the columns.
  let image: ImageShape
  /// The index of that layer in the model; of a stage that no layer is, that of the next.
  let layer: Int
  /// The residual stages that add this one's output, the last first.
  var shortcuts: [Stage] = []
  private(set) var activations: [Activation] = []
  /// The outputs of the head and of each elementwise layer with its own array, [N·H·W, C] each.
  private(set) var values: [PanelMatrix] = []
  /// ∂L/∂output of the stage, or after the elementwise layers' backward, of its head, [N·H·W, C].
  private(set) var gradient = PanelMatrix(rows: 0, columns: 0)
  /// The same, [C, N]; only dense layers and the stages before them have it.
  private(set) var transposedGradient = PanelMatrix(rows: 0, columns: 0)

  init(_ head: Head, image: ImageShape, layer: Int) {
    self.head = head
    self.image = image
    self.layer = layer
  }

  /// The stage's output, [N·H·W, C].
  var output: PanelMatrix { values[activations.last?.output ?? 0] }

  /// What the layer learns, if it does.
  var parameters: Parameters? {
    switch head {
    case .dense(let parameters): parameters
    case .convolution(let convolution): convolution.parameters
    case .depthwise(let convolution): convolution.parameters
    case .batchNorm, .groupNorm: scaleAndShift
    case .input, .averagePool, .maxPool, .residual, .copy, .flatten: nil
    }
  }

  /// γ and β, of a layer that normalises.
  var scaleAndShift: Parameters? {
    switch head {
    case .batchNorm(let norm): norm.parameters
    case .groupNorm(let norm): norm.parameters
    default: nil
    }
  }

  var isDense: Bool { if case .dense = head { true } else { false } }
  var endsWithReLU: Bool { if case .relu = activations.last?.kind { true } else { false } }

  /// Appends an elementwise layer.
  ///
  /// It works in place, unless its backward pass reads its input, or that of the layer before its own
  /// output.
  func append(_ kind: Activation.Kind) {
    let last = activations.last
    let input = last?.output ?? 0
    let isKept = kind.readsInput || last.map { $0.kind.readsOutput } ?? false
    let output = isKept ? input + 1 : input
    activations.append(Activation(kind: kind, input: input, output: output))
  }

  /// Allocates the arrays of whole sixteens of samples, after the previous stage's; those of the
  /// gradient only where the stage, or one before it, learns.
  func reserve(
    samples: Int, members: Int, hasGradient: Bool, isTransposed: Bool, previous: Stage?
  ) {
    let rows = samples * image.positions
    let array = { [image] in PanelMatrix(rows: rows, columns: image.channels, spreads: true) }
    let shared = previous.flatMap { sharesArrays(with: $0) ? $0 : nil }
    values = (0...(activations.last?.output ?? 0)).map { index in
      index == 0 ? shared?.output ?? array() : array()
    }
    for index in activations.indices { activations[index].reserve(rows: rows, image: image) }
    switch head {
    case .batchNorm(let norm): norm.reserve(rows: rows)
    case .groupNorm(let norm): norm.reserve(samples: samples)
    case .convolution(let convolution):
      convolution.reserve(members: members, hasGradient: hasGradient)
    case .depthwise(let convolution):
      convolution.reserve(members: members, hasGradient: hasGradient)
    case .input, .dense, .averagePool, .maxPool, .residual, .copy, .flatten: break
    }
    guard hasGradient else { return }
    gradient = shared?.gradient ?? array()
    guard isTransposed else { return }
    let width = Lanes.scalarCount
    transposedGradient = PanelMatrix(
      rows: PanelMatrix.panelCount(image.channels) * width, columns: rows, spreads: true)
  }

  /// Whether the head works in place: a residual sum may replace what it adds the shortcut to, and
  /// has its gradient, if no elementwise layer and no other residual sum has to do with that.
  private func sharesArrays(with previous: Stage) -> Bool {
    guard case .residual = head else { return false }
    return previous.activations.isEmpty && previous.shortcuts.isEmpty
  }

  /// Runs a part of the head's output forward through the elementwise layers.
  func activate(panels: Range<Int>, rows: Range<Int>, training: SampleKeys?) {
    for activation in activations {
      activation.forward(
        values[activation.input], into: values[activation.output], panels: panels, rows: rows,
        training: training)
    }
  }

  /// Backpropagates a part of the gradient through the elementwise layers.
  func backpropagateActivations(panels: Range<Int>, rows: Range<Int>) {
    for activation in activations.reversed() {
      activation.backward(
        gradient, x: values[activation.input], y: values[activation.output], panels: panels,
        rows: rows)
    }
  }

  /// Writes a part of ∂L/∂output [N, C] as [C, N] too, in whole panels of samples and features.
  func transposeGradient(panels: Range<Int>, rows: Range<Int>) {
    forEachSquare(panels, rows) { source, target in
      Transposition.transpose({ source[$0] }, store: { target[$0] = $1 })
    }
  }

  /// Reads a part of ∂L/∂output [N, C] from its transposed form [C, N].
  func restoreGradient(panels: Range<Int>, rows: Range<Int>) {
    forEachSquare(panels, rows) { target, source in
      Transposition.transpose({ source[$0] }, store: { target[$0] = $1 })
    }
  }

  /// Calls with sixteen lines of the gradient and the sixteen transposed ones.
  @inline(__always)
  private func forEachSquare(
    _ panels: Range<Int>, _ rows: Range<Int>,
    _ body: (UnsafeMutablePointer<Lanes>, UnsafeMutablePointer<Lanes>) -> Void
  ) {
    let width = Lanes.scalarCount
    for panel in panels {
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: width) {
        body(gradient.panel(panel) + row, transposedGradient.panel(row / width) + panel * width)
      }
    }
  }
}
