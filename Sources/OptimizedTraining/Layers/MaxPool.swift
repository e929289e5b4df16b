import TrainingCore

/// The maximum over windows, channel by channel: x [N·H·W, C], y [N·H'·W', C].
struct MaxPool {
  let windows: PoolWindows

  /// y = max x over the window.
  func forward(_ x: PanelMatrix, into y: PanelMatrix, panel: Int, sample: Int) {
    let source = x.panel(panel) + sample * windows.input.positions
    let target = y.panel(panel) + sample * windows.output.positions
    windows.forEach { output, window in
      var largest = source[windows.first(of: output)]
      window { largest.replace(with: source[$0], where: Self.isLarger(source[$0], than: largest)) }
      target[output] = largest
    }
  }

  /// ∂L/∂x = Σ ∂L/∂y over the windows whose largest element it is, the first of equals; the sum folds
  /// over windows ascending.
  ///
  /// Lanes in which a pixel isn't the largest add a zero, which leaves a sum's bits: sums that start
  /// with +0 are never −0.
  func backward(
    x: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix, panel: Int,
    sample: Int
  ) {
    let pixels = windows.input.positions
    let source = x.panel(panel) + sample * pixels
    let gradients = outputGradient.panel(panel) + sample * windows.output.positions
    let target = inputGradient.panel(panel) + sample * pixels
    target.update(repeating: .zero, count: pixels)
    windows.forEach { output, window in
      var largest = source[windows.first(of: output)]
      var place = Lanes.zero
      var current: Float = 0
      window {
        let isLarger = Self.isLarger(source[$0], than: largest)
        largest.replace(with: source[$0], where: isLarger)
        place.replace(with: current, where: isLarger)
        current += 1
      }
      let gradient = gradients[output]
      current = 0
      window {
        target[$0] += gradient.replacing(with: 0, where: place .!= Lanes(repeating: current))
        current += 1
      }
    }
  }

  /// Whether a candidate replaces the largest so far: what is not a number always does, so that it
  /// stays visible.
  @inline(__always)
  private static func isLarger(_ candidate: Lanes, than largest: Lanes) -> SIMDMask<SIMD16<Int32>> {
    (largest .< candidate) .| (candidate .!= candidate)
  }
}
