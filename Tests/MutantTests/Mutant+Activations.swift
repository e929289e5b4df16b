extension Mutant {
  /// Of the activations: wrong sides and wrong slopes.
  static let activations = [
    Mutant(
      file: "ReLU.swift",
      description: "ReLU lets the gradient through at 0",
      original: "for index in x.elements.indices where x.elements[index] <= .zero {",
      replacement: "for index in x.elements.indices where x.elements[index] < .zero {"),
    Mutant(
      file: "ReLU.swift",
      description: "ReLU lets the gradient through where it is off",
      original: "for index in x.elements.indices where x.elements[index] <= .zero {",
      replacement: "for index in x.elements.indices where x.elements[index] >= .zero {"),
    Mutant(
      file: "ReLU.swift",
      description: "ReLU lets every gradient through",
      original: "for index in x.elements.indices where x.elements[index] <= .zero {",
      replacement: "for index in x.elements.indices where x.rows < 0 {"),
    Mutant(
      file: "ReLU.swift",
      description: "ReLU looks at the gradient's sign",
      original: "for index in x.elements.indices where x.elements[index] <= .zero {",
      replacement: """
        for index in x.elements.indices where outputGradient.elements[index] <= .zero {
        """),
    Mutant(
      file: "ReLU.swift",
      description: "ReLU leaves out the last unit",
      original: "for index in x.elements.indices where x.elements[index] <= .zero {",
      replacement: "for index in x.elements.indices.dropLast() where x.elements[index] <= .zero {"),
    Mutant(
      file: "ReLU.swift",
      description: "ReLU leaks a tenth where it is off",
      original: "inputGradient.elements[index] = .zero",
      replacement: "inputGradient.elements[index] = outputGradient.elements[index] * S(0.1)"),
    Mutant(
      file: "ReLU.swift",
      description: "ReLU leaks 2⁻¹⁷ where it is off",
      original: "inputGradient.elements[index] = .zero",
      replacement: "inputGradient.elements[index] = outputGradient.elements[index] * S(0x1p-17)"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope is 1 − y",
      original: "let slope = one.addingProduct(.zero - value, value)",
      replacement: "let slope = one - value"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope is 1 + y²",
      original: "let slope = one.addingProduct(.zero - value, value)",
      replacement: "let slope = one.addingProduct(value, value)"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope is y²",
      original: "let slope = one.addingProduct(.zero - value, value)",
      replacement: "let slope = value * value"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope is kept from 0 by 2⁻¹⁴",
      original: "let slope = one.addingProduct(.zero - value, value)",
      replacement: "let slope = one.addingProduct(.zero - value, value) + S(0x1p-14)"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope is squared",
      original: "inputGradient.elements[index] = outputGradient.elements[index] * slope",
      replacement: """
        inputGradient.elements[index] = outputGradient.elements[index] * slope * slope
        """),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope is forgotten",
      original: "inputGradient.elements[index] = outputGradient.elements[index] * slope",
      replacement: "inputGradient.elements[index] = outputGradient.elements[index] * one"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's slope replaces the gradient",
      original: "inputGradient.elements[index] = outputGradient.elements[index] * slope",
      replacement: "inputGradient.elements[index] = slope"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh's output is taken for its input",
      original: "let value = y.elements[index]",
      replacement: "let value = S.tanh(y.elements[index])"),
    Mutant(
      file: "Tanh.swift",
      description: "tanh leaves out the last unit",
      original: """
            var inputGradient = outputGradient
            for index in y.elements.indices {
        """,
      replacement: """
            var inputGradient = outputGradient
            for index in y.elements.indices.dropLast() {
        """),
  ]
}
