extension Mutant {
  /// Of pools: which of a window's elements has the gradient, and how much of it.
  static let pools = [
    Mutant(
      file: "AveragePool.swift",
      description: "an average's gradient isn't divided",
      original: "inputGradient.elements[index] = inputGradient.elements[index] / count",
      replacement: """
        inputGradient.elements[index] = inputGradient.elements[index] / S(1.0)
              _ = count
        """),
    Mutant(
      file: "AveragePool.swift",
      description: "an average's gradient is divided by the window's rows",
      original: """
        let count = S(Double(windows.spec.window.count))
            for index
        """,
      replacement: """
        let count = S(Double(windows.spec.window.height))
            for index
        """),
    Mutant(
      file: "AveragePool.swift",
      description: "an average's gradient is that of the last window alone",
      original: "inputGradient.elements[element] + outputGradient.elements[output]",
      replacement: "outputGradient.elements[output]"),
    Mutant(
      file: "AveragePool.swift",
      description: "an average's gradient goes to the window's first element",
      original: """
        for element in window {
                inputGradient
        """,
      replacement: """
        for element in window.prefix(1) {
                inputGradient
        """),
    Mutant(
      file: "AveragePool.swift",
      description: "an average's gradient leaves out the last sample",
      original: "windows.forEach(samples: outputGradient.rows) { output, window in",
      replacement: "windows.forEach(samples: outputGradient.rows - 1) { output, window in"),
    Mutant(
      file: "MaxPool.swift",
      description: "a maximum's gradient goes to the window's first element",
      original: "let largest = indexOfLargest(x, window)",
      replacement: "let largest = window[0]"),
    Mutant(
      file: "MaxPool.swift",
      description: "a maximum's gradient goes to the last of equals",
      original: "let largest = indexOfLargest(x, window)",
      replacement: "let largest = indexOfLargest(x, window.reversed())"),
    Mutant(
      file: "MaxPool.swift",
      description: "a maximum's gradient goes to the smallest",
      original: "let largest = indexOfLargest(x, window)",
      replacement: """
        var largest = window[0]
              for element in window where x.elements[element] < x.elements[largest] { largest = element }
        """),
    Mutant(
      file: "MaxPool.swift",
      description: "a maximum's gradient is that of the last window alone",
      original: "inputGradient.elements[largest] + outputGradient.elements[output]",
      replacement: "outputGradient.elements[output]"),
    Mutant(
      file: "MaxPool.swift",
      description: "a maximum's gradient goes to all of the window",
      original: """
        inputGradient.elements[largest] =
                inputGradient.elements[largest] + outputGradient.elements[output]
        """,
      replacement: """
        for element in window where x.elements[largest] >= x.elements[element] {
                inputGradient.elements[element] =
                  inputGradient.elements[element] + outputGradient.elements[output]
              }
        """),
  ]
}
