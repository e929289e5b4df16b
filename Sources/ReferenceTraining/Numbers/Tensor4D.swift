import TrainingCore

/// The elements of a table under four subscripts, the last of which varies fastest in memory: images
/// [n, r, c, channel], kernels [kr, kc, i, o].
struct Tensor4D<S: Scalar> {
  /// The second, third and fourth extent.
  private let extents: (Int, Int, Int)
  /// The elements in memory order.
  private(set) var elements: [S]

  /// Images [N, H, W, C] of a table [N, H·W·C].
  init(_ table: Matrix<S>, images shape: ImageShape) {
    (extents, elements) = ((shape.height, shape.width, shape.channels), table.elements)
  }

  /// A kernel [KH, KW, I, O] of a table [KH·KW·I, O].
  init(_ table: Matrix<S>, kernel: Extent) {
    extents = (kernel.width, table.rows / max(kernel.count, 1), table.columns)
    elements = table.elements
  }

  /// An element's place in memory.
  ///
  /// Arithmetic that doesn't trap is taken out of loops; elements are checked for their bounds.
  @inline(__always)
  private func place(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
    ((a &* extents.0 &+ b) &* extents.1 &+ c) &* extents.2 &+ d
  }

  /// An element.
  subscript(a: Int, b: Int, c: Int, d: Int) -> S {
    @inline(__always) get { elements[place(a, b, c, d)] }
    @inline(__always) set { elements[place(a, b, c, d)] = newValue }
  }

  /// An element of an image, or 0 outside of it.
  @inline(__always)
  func padded(_ n: Int, _ r: Int, _ c: Int, _ channel: Int) -> S {
    let isInside = r >= 0 && r < extents.0 && c >= 0 && c < extents.1
    return isInside ? self[n, r, c, channel] : .zero
  }

  /// self[…, t + j] += factor · other[…, s + j] for every j < count, by fused multiply-adds, where the
  /// subscripts of `target` end in t and those of `source` in s.
  @inline(__always)
  mutating func addProduct(
    _ factor: S, _ other: Tensor4D, _ source: (Int, Int, Int, Int), to target: (Int, Int, Int, Int),
    count: Int
  ) {
    let from = other.place(source.0, source.1, source.2, source.3)
    let to = place(target.0, target.1, target.2, target.3)
    let added = other.elements.span
    var sums = elements.mutableSpan
    for j in 0..<count { sums[to + j] = sums[to + j].addingProduct(factor, added[from + j]) }
  }
}
