extension Mutant {
  /// Of a dense layer's input: sums over outputs, and the weights the other way round.
  static let denseInput = [
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient leaves out the last sample",
      original: "for n in 0..<outputGradient.rows {",
      replacement: "for n in 0..<outputGradient.rows - 1 {"),
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient leaves out the last sample of an odd batch",
      original: "for n in 0..<outputGradient.rows {",
      replacement: "for n in 0..<outputGradient.rows / 2 * 2 {"),
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient leaves out the last output",
      original: """
              for o in 0..<outputGradient.columns {
                inputGradient
        """,
      replacement: """
              for o in 0..<outputGradient.columns - 1 {
                inputGradient
        """),
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient leaves out the first output",
      original: """
              for o in 0..<outputGradient.columns {
                inputGradient
        """,
      replacement: """
              for o in 1..<outputGradient.columns {
                inputGradient
        """),
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient reads W as if it were transposed already",
      original: "let transposedWeight = weight.transposed",
      replacement: """
        let transposedWeight = Matrix(
          rows: weight.columns, columns: weight.rows, elements: weight.elements)
        """),
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient has the wrong sign",
      original: """
        inputGradient.addProduct(outputGradient[n, o], row: o, of: transposedWeight, toRow: n)
        """,
      replacement: """
        inputGradient.addProduct(.zero - outputGradient[n, o], row: o, of: transposedWeight, \
        toRow: n)
        """),
    Mutant(
      file: "Dense.swift",
      description: "the input's gradient is the first sample's for all",
      original: """
        inputGradient.addProduct(outputGradient[n, o], row: o, of: transposedWeight, toRow: n)
        """,
      replacement: """
        inputGradient.addProduct(outputGradient[0, o], row: o, of: transposedWeight, toRow: n)
        """),
  ]
}
