/// The mean of each window, channel by channel.
enum AveragePool {
  /// y = (Σ x over the window)/K, K the window's numbers; the sum folds from zero, rows before columns.
  static func forward<S>(_ x: Matrix<S>, over windows: PoolWindows) -> Matrix<S> {
    var y = Matrix<S>(rows: x.rows, columns: windows.output.count)
    let count = S(Double(windows.spec.window.count))
    windows.forEach(samples: x.rows) { output, window in
      var sum = S.zero
      for element in window { sum = sum + x.elements[element] }
      y.elements[output] = sum / count
    }
    return y
  }

  /// ∂L/∂x = (Σ ∂L/∂y over the windows that have it)/K; the sum folds over windows ascending.
  static func backward<S>(outputGradient: Matrix<S>, over windows: PoolWindows) -> Matrix<S> {
    var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: windows.input.count)
    windows.forEach(samples: outputGradient.rows) { output, window in
      for element in window {
        inputGradient.elements[element] =
          inputGradient.elements[element] + outputGradient.elements[output]
      }
    }
    let count = S(Double(windows.spec.window.count))
    return inputGradient.map { $0 / count }
  }
}
