extension Mutant {
  /// Of a dense layer: its gradient's sums over samples, which end too early or start elsewhere.
  static let dense = [
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient leaves out the last sample",
      original: """
              for n in 0..<x.rows {
                gradient.weight.addProduct
        """,
      replacement: """
              for n in 0..<x.rows - 1 {
                gradient.weight.addProduct
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient leaves out the first sample",
      original: """
              for n in 0..<x.rows {
                gradient.weight.addProduct
        """,
      replacement: """
              for n in 1..<x.rows {
                gradient.weight.addProduct
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient leaves out the last sample of an odd batch",
      original: """
              for n in 0..<x.rows {
                gradient.weight.addProduct
        """,
      replacement: """
              for n in 0..<x.rows / 2 * 2 {
                gradient.weight.addProduct
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient takes samples by fours and forgets the rest",
      original: """
              for n in 0..<x.rows {
                gradient.weight.addProduct
        """,
      replacement: """
              for n in 0..<x.rows / 4 * 4 {
                gradient.weight.addProduct
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient leaves out the last input",
      original: """
            for i in 0..<x.columns {
              for n
        """,
      replacement: """
            for i in 0..<x.columns - 1 {
              for n
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient leaves out samples whose input is negative",
      original: """
              for n in 0..<x.rows {
                gradient.weight.addProduct
        """,
      replacement: """
              for n in 0..<x.rows where x[n, i] > .zero {
                gradient.weight.addProduct
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient reads x as if it were transposed",
      original: "gradient.weight.addProduct(x[n, i], row: n, of: outputGradient, toRow: i)",
      replacement: """
        gradient.weight.addProduct(x.transposed.elements[n * x.columns + i], row: n, of: \
        outputGradient, toRow: i)
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient has the wrong sign",
      original: "gradient.weight.addProduct(x[n, i], row: n, of: outputGradient, toRow: i)",
      replacement: """
        gradient.weight.addProduct(.zero - x[n, i], row: n, of: outputGradient, toRow: i)
        """),
    Mutant(
      file: "Dense.swift",
      description: """
        the weights' gradient pairs a sample with the output gradient of the one before
        """,
      original: "gradient.weight.addProduct(x[n, i], row: n, of: outputGradient, toRow: i)",
      replacement: """
        gradient.weight.addProduct(x[n, i], row: Swift.max(n - 1, 0), of: outputGradient, toRow: i)
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient is divided by the batch size",
      original: "gradient.weight.addProduct(x[n, i], row: n, of: outputGradient, toRow: i)",
      replacement: """
        gradient.weight.addProduct(x[n, i] / S(Double(x.rows)), row: n, of: outputGradient, \
        toRow: i)
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient replaces what is there",
      original: """
            for i in 0..<x.columns {
              for n
        """,
      replacement: """
            gradient.weight.clear()
            for i in 0..<x.columns {
              for n
        """),
    Mutant(
      file: "Dense.swift",
      description: "the weights' gradient is too large by a part in 2¹²",
      original: "gradient.weight.addProduct(x[n, i], row: n, of: outputGradient, toRow: i)",
      replacement: """
        gradient.weight.addProduct(x[n, i] * S(1 + 0x1p-12), row: n, of: outputGradient, toRow: i)
        """),
    Mutant(
      file: "Dense.swift",
      description: "the bias is forgotten",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, o]",
      replacement: "gradient.bias[0, o] = gradient.bias[0, o] + S.zero"),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient replaces what is there",
      original: """
            for n in 0..<x.rows {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """,
      replacement: """
            gradient.bias.clear()
            for n in 0..<x.rows {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient is that of the last sample",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, o]",
      replacement: "gradient.bias[0, o] = outputGradient[n, o]"),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient leaves out the last sample",
      original: """
            for n in 0..<x.rows {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """,
      replacement: """
            for n in 0..<x.rows - 1 {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient leaves out the last sample of an odd batch",
      original: """
            for n in 0..<x.rows {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """,
      replacement: """
            for n in 0..<x.rows / 2 * 2 {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient leaves out the last output",
      original: """
            for n in 0..<x.rows {
              for o in 0..<outputGradient.columns {
                gradient.bias
        """,
      replacement: """
            for n in 0..<x.rows {
              for o in 0..<outputGradient.columns - 1 {
                gradient.bias
        """),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient is divided by the batch size",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, o]",
      replacement: """
        gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, o] / S(Double(x.rows))
        """),
    Mutant(
      file: "Dense.swift",
      description: "the bias's gradient has the wrong sign",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, o]",
      replacement: "gradient.bias[0, o] = gradient.bias[0, o] - outputGradient[n, o]"),
  ]
}
