import TrainingCore

/// The mean over windows, channel by channel: x [N·H·W, C], y [N·H'·W', C].
struct AveragePool {
  let windows: PoolWindows

  /// y = (Σ x over the window)/n, n the window's extent; the sum folds from zero.
  func forward(_ x: PanelMatrix, into y: PanelMatrix, panel: Int, sample: Int) {
    let count = Lanes(repeating: Float(windows.spec.window.count))
    let source = x.panel(panel) + sample * windows.input.positions
    let target = y.panel(panel) + sample * windows.output.positions
    windows.forEach { output, window in
      var sum = Lanes.zero
      window { sum += source[$0] }
      target[output] = sum / count
    }
  }

  /// ∂L/∂x = (Σ ∂L/∂y over the windows that contain it)/n; the sum folds over windows ascending.
  func backward(
    outputGradient: PanelMatrix, into inputGradient: PanelMatrix, panel: Int, sample: Int
  ) {
    let count = Lanes(repeating: Float(windows.spec.window.count))
    let pixels = windows.input.positions
    let source = outputGradient.panel(panel) + sample * windows.output.positions
    let target = inputGradient.panel(panel) + sample * pixels
    target.update(repeating: .zero, count: pixels)
    windows.forEach { output, window in
      let gradient = source[output]
      window { target[$0] += gradient }
    }
    for pixel in 0..<pixels { target[pixel] /= count }
  }
}
