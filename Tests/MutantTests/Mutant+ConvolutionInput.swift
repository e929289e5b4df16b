extension Mutant {
  /// Of a convolution's input: which window has a pixel at which place.
  static let convolutionInput = [
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient doesn't look at the stride",
      original: """
        guard row.isMultiple(of: spec.stride.height), column.isMultiple(of: spec.stride.width)
        """,
      replacement: "guard row.isMultiple(of: 1), column.isMultiple(of: 1)"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient looks at the stride of rows alone",
      original: """
        guard row.isMultiple(of: spec.stride.height), column.isMultiple(of: spec.stride.width)
        """,
      replacement: "guard row.isMultiple(of: spec.stride.height), column.isMultiple(of: 1)"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient takes the stride of rows for columns",
      original: "let window = window(n, row / spec.stride.height, column / spec.stride.width)",
      replacement: "let window = window(n, row / spec.stride.height, column / spec.stride.height)"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient pads a row less",
      original: "let row = h + spec.padding.height - tap.row",
      replacement: "let row = h + spec.padding.height - tap.row - 1"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient pads columns as rows",
      original: "let column = w + spec.padding.width - tap.column",
      replacement: "let column = w + spec.padding.height - tap.column"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient forgets the padding",
      original: "let row = h + spec.padding.height - tap.row",
      replacement: "let row = h - tap.row"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient correlates with the kernel",
      original: "let row = h + spec.padding.height - tap.row",
      replacement: "let row = h + spec.padding.height - (spec.kernel.height - 1 - tap.row)"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient takes the kernel transposed",
      original: "elementsFrom: (tap.weight / spec.inputsPerGroup * spec.outputsPerGroup + o)",
      replacement: """
        elementsFrom: ((tap.column * spec.kernel.height + tap.row) * spec.outputsPerGroup + o)
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient takes the first group's outputs for all",
      original: "window.map { outputGradient.elements[$0 + channel] } ?? .zero,",
      replacement: "window.map { outputGradient.elements[$0 + o] } ?? .zero,"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient takes the first group's weights for all",
      original: "* spec.inputChannels + inputs.lowerBound,",
      replacement: "* spec.inputChannels,"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient adds all groups to the first",
      original:
        "to: (n * input.height * input.width + pixel) * input.channels + inputs.lowerBound)",
      replacement: "to: (n * input.height * input.width + pixel) * input.channels)"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient leaves out a group's last output",
      original: "for (o, channel) in outputs.enumerated() {",
      replacement: "for (o, channel) in outputs.enumerated().dropLast() {"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient leaves out the last pixel",
      original: "for pixel in 0..<input.height * input.width {",
      replacement: "for pixel in 0..<input.height * input.width - 1 {"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient takes the next channel's weights",
      original: "weight[tap.weight + i, outputChannel]",
      replacement: "weight[tap.weight + (i + 1) % inputs.count, outputChannel]"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient takes the first window for one outside",
      original: """
        guard (0..<output.height).contains(row), (0..<output.width).contains(column) else { return nil }
        """,
      replacement: """
        guard (0..<output.height).contains(row), (0..<output.width).contains(column) else {
              return n * output.count
            }
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's input gradient counts windows by the input's width",
      original: """
        return ((n * output.height + row) * output.width + column) * output.channels
          }

          /// Calls with each window
        """,
      replacement: """
        return min(
              (n * output.height + row) * input.width + column,
              (n + 1) * output.height * output.width - 1) * output.channels
          }

          /// Calls with each window
        """),
    Mutant(
      file: "Convolution.swift",
      description: "no gradient goes back through a convolution",
      original: """
        var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: input.count)
            for n in 0..<outputGradient.rows {
        """,
      replacement: """
        var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: input.count)
            for n in 0..<outputGradient.rows * 0 {
        """),
  ]
}
