import TrainingCore

/// A layer that mixes features, positions or samples, and the elementwise layers behind it.
///
/// The elementwise layers are done on each part of the layer's output while that is in the cache.
/// A stage's arrays hold a batch, [N·H·W, C]: a row for each position of each sample.
final class Stage {
  /// The layer that the stage begins with.
  enum Head {
    /// The images.
    case input
    /// A dense layer.
    case dense(Parameters)
    /// A convolution whose outputs see all channels.
    case convolution(Convolution)
    /// A convolution by groups of channels.
    case depthwise(DepthwiseConvolution)
    /// Batch normalisation.
    case batchNorm(BatchNorm)
    /// The mean over windows.
    case averagePool(AveragePool)
    /// The largest number of each window.
    case maxPool(MaxPool)
    /// The sum with another stage's output.
    case residual(source: Int)
    /// The stage before, once more: where a shortcut leaves between elementwise layers.
    case copy
    /// Images as single rows: [N·H·W, C] as [N, H·W·C].
    case flatten
  }

  /// The layer that the stage begins with.
  let head: Head
  /// The shape of one sample that leaves the stage; its channels are the columns.
  let image: ImageShape
  /// The index of that layer in the model; of a stage that no layer is, that of the next.
  let layer: Int
  /// The residual stages that add this one's output, the last first.
  var shortcuts: [Int] = []
  private(set) var activations: [Activation] = []
  /// The head's output, and behind it that of each elementwise layer which has an array of its
  /// own.
  private(set) var values: [PanelMatrix] = []
  /// ∂L/∂output of the stage, and once the elementwise layers are gone through, of its head.
  private(set) var gradient: PanelMatrix
  /// The same, [features, N]; only dense layers and what is before them have it.
  private(set) var transposedGradient: PanelMatrix

  init(_ head: Head, image: ImageShape, layer: Int) {
    self.head = head
    self.image = image
    self.layer = layer
    let nothing = PanelMatrix(rows: 0, columns: 0)
    gradient = nothing
    transposedGradient = nothing
  }

  /// What leaves the stage, [N·H·W, C].
  var output: PanelMatrix { values[activations.last?.output ?? 0] }

  /// What the layer learns, if it does.
  var parameters: Parameters? {
    switch head {
    case .dense(let parameters): parameters
    case .convolution(let convolution): convolution.parameters
    case .depthwise(let convolution): convolution.parameters
    case .batchNorm(let norm): norm.parameters
    case .input, .averagePool, .maxPool, .residual, .copy, .flatten: nil
    }
  }

  /// Puts an elementwise layer behind the others.
  ///
  /// It works in place, unless the layer before reads its own output on the way back.
  func append(_ kind: Activation.Kind) {
    let last = activations.last
    let input = last?.output ?? 0
    let output = last.map { $0.kind.readsOutput } ?? false ? input + 1 : input
    activations.append(Activation(kind: kind, input: input, output: output))
  }

  /// Makes room for so many samples.
  ///
  /// - Parameters:
  ///   - samples: The samples, a multiple of sixteen.
  ///   - members: Those who work at once.
  ///   - hasGradient: Whether the stage has weights that are learned, or a stage before it has.
  ///   - isTransposed: Whether the gradient is needed transposed.
  func reserve(samples: Int, members: Int, hasGradient: Bool, isTransposed: Bool) {
    let rows = samples * image.positions
    values = (0...(activations.last?.output ?? 0)).map { _ in
      PanelMatrix(rows: rows, columns: image.channels, spreads: true)
    }
    for index in activations.indices {
      activations[index].reserve(rows: rows, image: image)
    }
    switch head {
    case .batchNorm(let norm): norm.reserve(rows: rows)
    case .convolution(let convolution):
      convolution.reserve(members: members, hasGradient: hasGradient)
    case .depthwise(let convolution):
      convolution.reserve(members: members, hasGradient: hasGradient)
    case .input, .dense, .averagePool, .maxPool, .residual, .copy, .flatten: break
    }
    guard hasGradient else { return }
    gradient = PanelMatrix(rows: rows, columns: image.channels, spreads: true)
    guard isTransposed else { return }
    let width = Lanes.scalarCount
    transposedGradient = PanelMatrix(
      rows: PanelMatrix.panelCount(image.channels) * width, columns: rows, spreads: true)
  }

  /// Writes ∂L/∂output as [features, N] too, for samples and features in whole panels.
  func transposeGradient(panels: Range<Int>, rows: Range<Int>) {
    forEachSquare(panels, rows) { source, target in
      Transposition.transpose({ source[$0] }, store: { target[$0] = $1 })
    }
  }

  /// Reads ∂L/∂output from its transposed form.
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
        body(
          gradient.panel(panel) + row, transposedGradient.panel(row / width) + panel * width)
      }
    }
  }
}
