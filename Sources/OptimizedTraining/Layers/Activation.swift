import TrainingCore

/// An elementwise layer of a stage: an activation function or dropout.
struct Activation {
  enum Kind {
    case relu
    case relu6
    case tanh
    case gelu
    case dropout(Dropout)

    /// Whether the backward pass reads what the forward pass wrote.
    var readsOutput: Bool {
      switch self {
      case .relu, .relu6, .tanh: true
      case .gelu, .dropout: false
      }
    }

    /// Whether the backward pass reads what the forward pass read.
    var readsInput: Bool { if case .gelu = self { true } else { false } }
  }

  let kind: Kind
  /// The indices of the stage's arrays that it reads and writes.
  let input, output: Int
  /// The factors of dropout, [N·H·W, C].
  private(set) var mask: PanelMatrix?
  private(set) var image = ImageShape(height: 1, width: 1)

  mutating func reserve(rows: Int, image: ImageShape) {
    self.image = image
    if case .dropout = kind {
      mask = PanelMatrix(rows: rows, columns: image.channels, spreads: true)
    }
  }

  /// y = f(x) for a block of x and y, [N·H·W, C], which may be the same array.
  ///
  /// At inference, where there are no sample keys, dropout is the identity.
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, panels: Range<Int>, rows: Range<Int>,
    training: SampleKeys?
  ) {
    switch kind {
    case .relu: map(x, into: y, panels, rows, ReLU.forward)
    case .relu6: map(x, into: y, panels, rows, ReLU6.forward)
    case .tanh: map(x, into: y, panels, rows, Tanh.forward)
    case .gelu: map(x, into: y, panels, rows, GELU.forward)
    case .dropout(let dropout):
      guard let training, let mask else {
        if x !== y { map(x, into: y, panels, rows) { $0 } }
        return
      }
      dropout.draw(into: mask, panels: panels, rows: rows, image: image, keys: training)
      combine(x, mask, into: y, panels, rows) { $0 * $1 }
    }
  }

  /// ∂L/∂x = ∂L/∂y f′(x) for a block of the gradient in place, by x and y, [N·H·W, C] each; x is
  /// itself only where `readsInput` says so.
  func backward(
    _ gradient: PanelMatrix, x: PanelMatrix, y: PanelMatrix, panels: Range<Int>, rows: Range<Int>
  ) {
    switch kind {
    case .relu: combine(y, gradient, into: gradient, panels, rows, ReLU.backward)
    case .relu6: combine(y, gradient, into: gradient, panels, rows, ReLU6.backward)
    case .tanh: combine(y, gradient, into: gradient, panels, rows, Tanh.backward)
    case .gelu: combine(x, gradient, into: gradient, panels, rows, GELU.backward)
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

/// The rectifier: y = max(x, 0).
enum ReLU {
  /// y = 0 where x < 0, else x; so −0 stays −0, and what is not a number stays visible.
  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes { x.replacing(with: 0, where: x .< 0) }

  /// ∂L/∂x = 0 where x ≤ 0, else ∂L/∂y; at the kink the derivative is taken as 0.
  ///
  /// x ≤ 0 exactly where y ≤ 0, so that x needn't be kept.
  @inline(__always)
  static func backward(y: Lanes, outputGradient: Lanes) -> Lanes {
    outputGradient.replacing(with: 0, where: y .<= 0)
  }
}

/// The rectifier that ends at six: y = min(max(x, 0), 6).
enum ReLU6 {
  /// y = 0 where x < 0, 6 where x > 6, else x; so −0 stays −0, and what is not a number stays visible.
  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes {
    x.replacing(with: 0, where: x .< 0).replacing(with: 6, where: x .> 6)
  }

  /// ∂L/∂x = ∂L/∂y where 0 < x < 6, else 0; at the kinks the derivative is taken as 0.
  ///
  /// x ≤ 0 exactly where y ≤ 0, and x ≥ 6 exactly where y ≥ 6, so that x needn't be kept.
  @inline(__always)
  static func backward(y: Lanes, outputGradient: Lanes) -> Lanes {
    outputGradient.replacing(with: 0, where: y .<= 0).replacing(with: 0, where: y .>= 6)
  }
}

/// The hyperbolic tangent: y = tanh x.
enum Tanh {
  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes { ElementaryFunctions.tanh(x) }

  /// ∂L/∂x = ∂L/∂y (1 − y²), with 1 − y² as one fused multiply-add.
  @inline(__always)
  static func backward(y: Lanes, outputGradient: Lanes) -> Lanes {
    outputGradient * Lanes(repeating: 1).addingProduct(0 - y, y)
  }
}

/// The Gaussian error linear unit: y = x/(1 + e) with e = exp(−x (2√(2/π) + c x²)).
enum GELU {
  /// 2√(2/π).
  private static let linear: Float = 1.5957691216057308
  /// c = 2√(2/π) · 0.044715.
  private static let cubic: Float = 0.07135481627260025

  @inline(__always)
  static func forward(_ x: Lanes) -> Lanes { x / (1 + exponential(x, square: x * x)) }

  /// ∂L/∂x = ∂L/∂y (s + x (2√(2/π) + 3c x²) (s − s²)), with s = 1/(1 + e).
  @inline(__always)
  static func backward(x: Lanes, outputGradient: Lanes) -> Lanes {
    let square = x * x
    let s = 1 / (1 + exponential(x, square: square))
    let inner = x * Lanes(repeating: linear).addingProduct(3 * cubic, square)
    return outputGradient * s.addingProduct(inner, s.addingProduct(0 - s, s))
  }

  @inline(__always)
  private static func exponential(_ x: Lanes, square: Lanes) -> Lanes {
    ElementaryFunctions.exp(0 - x * Lanes(repeating: linear).addingProduct(cubic, square))
  }
}
