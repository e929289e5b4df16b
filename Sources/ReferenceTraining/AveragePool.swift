/// The mean over windows, channel by channel.
enum AveragePool {
  /// y = (Σ x over the window)/n, n the window's extent; the sum folds from zero.
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

  /// ∂L/∂x = (Σ ∂L/∂y over the windows that have it)/n; the sum folds over windows ascending.
  static func backward<S>(
    outputGradient: Matrix<S>, over windows: PoolWindows
  ) -> Matrix<S> {
    var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: windows.input.count)
    windows.forEach(samples: outputGradient.rows) { output, window in
      for element in window {
        inputGradient.elements[element] =
          inputGradient.elements[element] + outputGradient.elements[output]
      }
    }
    let count = S(Double(windows.spec.window.count))
    for index in inputGradient.elements.indices {
      inputGradient.elements[index] = inputGradient.elements[index] / count
    }
    return inputGradient
  }
}
