import TrainingCore

/// An elementwise layer behind a stage's head.
struct Activation {
  /// What it computes.
  enum Kind {
    case relu
    case tanh
    case dropout(Dropout, RandomLanes)

    /// Whether its backward pass reads what its forward pass gave.
    var readsOutput: Bool {
      switch self {
      case .relu, .tanh: true
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
  /// The factors of dropout, [N, features].
  private var mask: PanelMatrix?

  init(kind: Kind, input: Int, output: Int) {
    self.kind = kind
    self.input = input
    self.output = output
  }

  mutating func reserve(samples: Int, features: Int) {
    if case .dropout = kind {
      mask = PanelMatrix(rows: samples, columns: features, spreads: true)
    }
  }

  /// Goes through the layer.
  ///
  /// - Parameters:
  ///   - x: Its input, [N, features].
  ///   - y: Its output, the same array or another.
  ///   - panels: The panels that are done.
  ///   - rows: The samples that are done.
  ///   - training: The samples in training mode; nil at inference, where dropout does nothing.
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, panels: Range<Int>, rows: Range<Int>,
    training: SampleKeys?
  ) {
    switch kind {
    case .relu: map(x, into: y, panels, rows, ReLU.forward)
    case .tanh: map(x, into: y, panels, rows, Tanh.forward)
    case .dropout(let dropout, let numbers):
      guard let training, let mask else {
        if x !== y { map(x, into: y, panels, rows) { $0 } }
        return
      }
      for row in rows {
        dropout.draw(
          into: mask, row: row, panels: panels, numbers: numbers, epoch: training.epoch,
          sample: training.samples[row])
      }
      combine(x, mask, into: y, panels, rows) { $0 * $1 }
    }
  }

  /// Goes back through the layer, in place.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂y, which becomes ∂L/∂x, [N, features].
  ///   - y: The layer's output, [N, features].
  ///   - panels: The panels that are done.
  ///   - rows: The samples that are done.
  func backward(_ gradient: PanelMatrix, y: PanelMatrix, panels: Range<Int>, rows: Range<Int>) {
    switch kind {
    case .relu: combine(y, gradient, into: gradient, panels, rows, ReLU.backward)
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
