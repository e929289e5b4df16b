import TrainingCore

/// An elementwise layer behind a stage's head.
struct Activation {
  /// What it computes.
  enum Kind {
    case relu
    case relu6
    case tanh
    case dropout(Dropout)

    /// Whether its backward pass reads what its forward pass gave.
    var readsOutput: Bool {
      switch self {
      case .relu, .relu6, .tanh: true
      case .dropout: false
      }
    }
  }

  /// What it computes.
  let kind: Kind
  /// Which of the stage's arrays it reads.
  let input: Int
  /// Which one it writes.
  let output: Int
  /// The factors of dropout, [N·H·W, C].
  private var mask: PanelMatrix?
  private var image = ImageShape(height: 1, width: 1)

  init(kind: Kind, input: Int, output: Int) {
    self.kind = kind
    self.input = input
    self.output = output
  }

  mutating func reserve(rows: Int, image: ImageShape) {
    self.image = image
    if case .dropout = kind {
      mask = PanelMatrix(rows: rows, columns: image.channels, spreads: true)
    }
  }

  /// Goes through the layer.
  ///
  /// - Parameters:
  ///   - x: Its input, [N·H·W, C].
  ///   - y: Its output, the same array or another.
  ///   - panels: The panels that are done.
  ///   - rows: The rows that are done.
  ///   - training: The samples in training mode; nil at inference, where dropout does nothing.
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, panels: Range<Int>, rows: Range<Int>,
    training: SampleKeys?
  ) {
    switch kind {
    case .relu: map(x, into: y, panels, rows, ReLU.forward)
    case .relu6: map(x, into: y, panels, rows, ReLU6.forward)
    case .tanh: map(x, into: y, panels, rows, Tanh.forward)
    case .dropout(let dropout):
      guard let training, let mask else {
        if x !== y { map(x, into: y, panels, rows) { $0 } }
        return
      }
      for row in rows {
        let (sample, position) = row.quotientAndRemainder(dividingBy: image.positions)
        dropout.draw(
          into: mask, row: row, panels: panels, epoch: training.epoch,
          sample: training.samples[sample], firstUnit: position * image.channels)
      }
      combine(x, mask, into: y, panels, rows) { $0 * $1 }
    }
  }

  /// Goes back through the layer, in place.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂y, which becomes ∂L/∂x, [N·H·W, C].
  ///   - y: The layer's output, [N·H·W, C].
  ///   - panels: The panels that are done.
  ///   - rows: The rows that are done.
  func backward(_ gradient: PanelMatrix, y: PanelMatrix, panels: Range<Int>, rows: Range<Int>) {
    switch kind {
    case .relu: combine(y, gradient, into: gradient, panels, rows, ReLU.backward)
    case .relu6: combine(y, gradient, into: gradient, panels, rows, ReLU6.backward)
    case .tanh: combine(y, gradient, into: gradient, panels, rows, Tanh.backward)
    case .dropout:
      guard let mask else { return }
      combine(gradient, mask, into: gradient, panels, rows) { $0 * $1 }
    }
  }

  @inline(__always)
  private func map(
    _ x: PanelMatrix, into y: PanelMatrix, _ panels: Range<Int>, _ rows: Range<Int>,
    _ body: (Lanes) -> Lanes
  ) {
    for panel in panels {
      let source = x.panel(panel)
      let target = y.panel(panel)
      for row in rows { target[row] = body(source[row]) }
    }
  }

  @inline(__always)
  private func combine(
    _ x: PanelMatrix, _ y: PanelMatrix, into z: PanelMatrix, _ panels: Range<Int>,
    _ rows: Range<Int>, _ body: (Lanes, Lanes) -> Lanes
  ) {
    for panel in panels {
      let first = x.panel(panel)
      let second = y.panel(panel)
      let target = z.panel(panel)
      for row in rows { target[row] = body(first[row], second[row]) }
    }
  }
}

/// What a batch's dropout masks are drawn by.
struct SampleKeys {
  /// The samples' indices in their data set, [N].
  let samples: UnsafePointer<Int>
  /// The epoch, from 0.
  let epoch: Int
}
