// Wrong elements of a window that have a maximum's gradient.

extension MaxPool {
  static func backward<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, over windows: PoolWindows
  ) -> Matrix<S> {
    var inputGradient = Matrix<S>(rows: x.rows, columns: x.columns)
    windows.forEach(samples: x.rows) { output, window in
      var chosen = [indexOfLargest(x, window)]
      if variant("a maximum's gradient goes to the window's first element") { chosen = [window[0]] }
      if variant("a maximum's gradient goes to the last of equals") {
        chosen = [indexOfLargest(x, window.reversed())]
      }
      if variant("a maximum's gradient goes to the smallest") {
        chosen = [window.reduce(window[0]) { x.elements[$1] < x.elements[$0] ? $1 : $0 }]
      }
      if variant("a maximum's gradient goes to all of the window") { chosen = window }
      for element in chosen {
        let isLastOnly = variant("a maximum's gradient is that of the last window alone")
        let sum = isLastOnly ? .zero : inputGradient.elements[element]
        inputGradient.elements[element] = sum + outputGradient.elements[output]
      }
    }
    return inputGradient
  }
}
