/// Where the gradient of one tensor goes, a line at a time, as soon as its sum over the batch is
/// complete.
protocol GradientSink {
  /// Whether `finish` keeps the sum in memory, where the next fold continues from.
  static var keepsSums: Bool { get }
  /// Lines from one panel of the tensor to the next.
  var stride: Int { get }
  /// The value at which a line's sum starts.
  func start(at line: Int) -> Lanes
  /// Asks for what `finish` reads, while the fold before it is under way.
  func prefetch(at line: Int)
  /// Takes a line's complete sum.
  func finish(_ sum: Lanes, at line: Int)
}

extension GradientSink {
  /// Asks for nothing, where `finish` only writes what `start` read or what is read later.
  @inline(__always) func prefetch(at line: Int) {}
}

/// Gradient accumulation: sums continue from the gradient so far, so that micro-batches one after
/// the other give the bits of the whole mini-batch.
struct Accumulation: GradientSink {
  /// The sums so far, [panels, rows, 16].
  let sums: UnsafeMutablePointer<Lanes>
  let stride: Int

  init(_ gradient: PanelMatrix) {
    sums = gradient.lines
    stride = gradient.stride
  }

  @inline(__always) static var keepsSums: Bool { true }
  @inline(__always) func start(at line: Int) -> Lanes { sums[line] }
  @inline(__always) func finish(_ sum: Lanes, at line: Int) { sums[line] = sum }
}

/// Steps the optimizer while the sum is still in a register: the gradient is never stored.
struct Update<Rule: UpdateRule>: GradientSink {
  let lines: ParameterLines
  let rule: Rule

  @inline(__always) static var keepsSums: Bool { false }
  @inline(__always) var stride: Int { lines.stride }
  @inline(__always) func start(at line: Int) -> Lanes { .zero }

  @inline(__always) func prefetch(at line: Int) { lines.prefetch(at: line) }

  @inline(__always)
  func finish(_ sum: Lanes, at line: Int) { rule.step(lines, at: line, gradientSum: sum) }
}

/// Starts sums at zero and stores them, for the next part of a long fold to continue.
struct FirstPart: GradientSink {
  let partialSums: Accumulation

  @inline(__always) static var keepsSums: Bool { true }
  @inline(__always) var stride: Int { partialSums.stride }
  @inline(__always) func start(at line: Int) -> Lanes { .zero }
  @inline(__always) func finish(_ sum: Lanes, at line: Int) { partialSums.sums[line] = sum }
}

extension GradientSink {
  /// Where a fold over many rows, which is split into parts, keeps its sums so far: in the tensor's
  /// gradient, if that is stored, or else in its partial sums.
  static func partialSums(of tensor: LearnedTensor) -> Accumulation {
    Accumulation(keepsSums ? tensor.gradient : tensor.partialSums)
  }

  /// Takes the complete sum of one line from the partial sums.
  @inline(__always)
  func finish(from partialSums: Accumulation, at line: Int) {
    if !Self.keepsSums { finish(partialSums.sums[line], at: line) }
  }

  /// ∂L/∂b[o] += Σ g[r, o] over rows r ascending, for one panel of b [1, O] and g = ∂L/∂y [rows, O].
  @inline(__always)
  func foldBias(panel: Int, of outputGradient: PanelMatrix, rows: Int) {
    var sum = start(at: panel * stride)
    let gradient = outputGradient.panel(panel)
    for row in 0..<rows { sum += gradient[row] }
    finish(sum, at: panel * stride)
  }
}
