// Wrong shares of an average's gradient.

extension AveragePool {
  static func backward<S>(outputGradient: Matrix<S>, over windows: PoolWindows) -> Matrix<S> {
    var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: windows.input.count)
    var samples = outputGradient.rows
    if variant("an average's gradient leaves out the last sample") { samples -= 1 }
    windows.forEach(samples: samples) { output, window in
      let isFirstOnly = variant("an average's gradient goes to the window's first element")
      for element in isFirstOnly ? window.prefix(1) : window[...] {
        let isLastOnly = variant("an average's gradient is that of the last window alone")
        let sum = isLastOnly ? .zero : inputGradient.elements[element]
        inputGradient.elements[element] = sum + outputGradient.elements[output]
      }
    }
    var count = windows.spec.window.count
    if variant("an average's gradient isn't divided") { count = 1 }
    if variant("an average's gradient is divided by the window's rows") {
      count = windows.spec.window.height
    }
    return inputGradient.map { $0 / S(Double(count)) }
  }
}
