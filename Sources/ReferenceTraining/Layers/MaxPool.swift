/// The largest number of each window, channel by channel.
package enum MaxPool {
  /// y = max x over the window.
  static func forward<S>(_ x: Matrix<S>, over windows: PoolWindows) -> Matrix<S> {
    var y = Matrix<S>(rows: x.rows, columns: windows.output.count)
    windows.forEach(samples: x.rows) { output, window in
      y.elements[output] = x.elements[indexOfLargest(x, window)]
    }
    return y
  }

  /// ∂L/∂x = Σ ∂L/∂y over the windows whose largest element it is; the sum folds over windows
  /// ascending (arithmetic contract, 3c).
  static func backward<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, over windows: PoolWindows
  ) -> Matrix<S> {
    var inputGradient = Matrix<S>(rows: x.rows, columns: x.columns)
    windows.forEach(samples: x.rows) { output, window in
      let largest = indexOfLargest(x, window)
      inputGradient.elements[largest] =
        inputGradient.elements[largest] + outputGradient.elements[output]
    }
    return inputGradient
  }

  /// The place of the largest element: the first of equals; or, so that it stays visible, the last NaN.
  package static func indexOfLargest<S>(_ x: Matrix<S>, _ window: [Int]) -> Int {
    var largest = window[0]
    for element in window {
      let candidate = x.elements[element]
      if x.elements[largest] < candidate || candidate != candidate { largest = element }
    }
    return largest
  }
}
