import TrainingCore

/// The two tensors that a layer learns, each with what the optimizer keeps of it.
///
/// A dense layer's are W [I, O] and b [1, O]; a convolution's W [KH·KW·I, O] and b [1, O], or [1, 0]
/// where it has none; batch normalisation's are γ and β, [1, C] each.
struct Parameters {
  /// W of a dense layer or a convolution, γ of batch normalisation.
  let weight: LearnedTensor
  /// b of a dense layer or a convolution, β of batch normalisation.
  let bias: LearnedTensor

  /// A pair of tensors.
  init(weight: LearnedTensor, bias: LearnedTensor) {
    self.weight = weight
    self.bias = bias
  }

  /// Zeros of a convolution's shapes, and of what an optimizer with so many slots keeps.
  init(_ spec: ConvolutionSpec, slots: Int) {
    weight = LearnedTensor(
      rows: spec.kernel.count * spec.inputsPerGroup, columns: spec.outputChannels, slots: slots)
    bias = LearnedTensor(rows: 1, columns: spec.hasBias ? spec.outputChannels : 0, slots: slots)
  }

  /// The tensors, without a bias that isn't there.
  var tensors: [LearnedTensor] { bias.values.columns > 0 ? [weight, bias] : [weight] }

  /// Makes the arrays of the gradients, if that isn't done yet.
  func reserveGradients() {
    weight.reserveGradient()
    bias.reserveGradient()
  }
}

/// A tensor that is learned: its values, the optimizer's slots, and its gradient.
final class LearnedTensor {
  /// The values, [rows, columns].
  let values: PanelMatrix
  /// The optimizer's first slot: momentum, Adam's first moment, RMSprop's mean square.
  let first: PanelMatrix?
  /// Its second slot: Adam's second moment, RMSprop's momentum.
  let second: PanelMatrix?
  /// The gradient of the summed loss since the last step; made when it is first asked for, since
  /// training that updates as soon as a gradient is known never stores one.
  private(set) lazy var gradient = PanelMatrix(
    rows: values.rows, columns: values.columns, spreads: true)

  /// Makes a tensor of zeros.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - columns: The columns.
  ///   - slots: How many tensors of the same shape the optimizer keeps.
  init(rows: Int, columns: Int, slots: Int) {
    values = PanelMatrix(rows: rows, columns: columns, spreads: true)
    first = slots > 0 ? PanelMatrix(rows: rows, columns: columns, spreads: true) : nil
    second = slots > 1 ? PanelMatrix(rows: rows, columns: columns, spreads: true) : nil
  }

  /// Where a fold over many rows leaves the sum so far, between its parts, if no gradient is stored;
  /// made when it is first asked for.
  private lazy var partialSums = PanelMatrix(
    rows: values.rows, columns: values.columns, spreads: true)

  /// Makes the array of partial sums, if that isn't done yet.
  func reservePartialSums() { _ = partialSums }

  /// Makes the array of the gradient, if that isn't done yet: before several threads need it.
  func reserveGradient() { _ = gradient }

  /// Where everything lies, for a fold that is done in parts: partial sums are left in the gradient, or
  /// where it isn't stored, beside it.
  func lines(storesGradient: Bool) -> ParameterLines {
    ParameterLines(
      values: values.lines, first: (first ?? values).lines, second: (second ?? values).lines,
      gradient: (storesGradient ? gradient : partialSums).lines, stride: values.stride)
  }

  /// Where everything lies.
  func lines(withGradient: Bool) -> ParameterLines {
    ParameterLines(
      values: values.lines, first: (first ?? values).lines, second: (second ?? values).lines,
      gradient: (withGradient ? gradient : values).lines, stride: values.stride)
  }
}

/// The lines of a tensor, of its slots and of its gradient: the same line of each belongs together.
///
/// A slot that the optimizer hasn't points to the values, and is never read or written.
struct ParameterLines {
  let values: UnsafeMutablePointer<Lanes>
  let first: UnsafeMutablePointer<Lanes>
  let second: UnsafeMutablePointer<Lanes>
  let gradient: UnsafeMutablePointer<Lanes>
  /// Lines from one panel to the next.
  let stride: Int
}

/// What becomes of a tensor's gradient once the fold over a batch's samples is complete.
protocol GradientSink {
  /// Where the fold begins.
  func start(_ lines: ParameterLines, at line: Int) -> Lanes
  /// Takes the complete sum.
  func finish(_ sum: Lanes, _ lines: ParameterLines, at line: Int)
  /// Whether every fold begins at zero.
  var startsAtZero: Bool { get }
  /// Takes the complete sum from where the gradient is kept.
  func settle(_ lines: ParameterLines, at line: Int)
}

/// Keeps the gradient: the fold begins at what is held already, so that the parts of a batch, one
/// after the other, give the bits of the whole.
struct Accumulation: GradientSink {
  @inline(__always)
  func start(_ lines: ParameterLines, at line: Int) -> Lanes { lines.gradient[line] }

  @inline(__always)
  func finish(_ sum: Lanes, _ lines: ParameterLines, at line: Int) { lines.gradient[line] = sum }

  @inline(__always) var startsAtZero: Bool { false }

  @inline(__always)
  func settle(_ lines: ParameterLines, at line: Int) {}
}

/// Steps the optimizer while the sum is still in a register: the gradient is never stored.
struct Update<Rule: UpdateRule>: GradientSink {
  let rule: Rule

  @inline(__always)
  func start(_ lines: ParameterLines, at line: Int) -> Lanes { .zero }

  @inline(__always)
  func finish(_ sum: Lanes, _ lines: ParameterLines, at line: Int) {
    rule.step(lines, at: line, gradientSum: sum)
  }

  @inline(__always) var startsAtZero: Bool { true }

  @inline(__always)
  func settle(_ lines: ParameterLines, at line: Int) {
    rule.step(lines, at: line, gradientSum: lines.gradient[line])
  }
}
