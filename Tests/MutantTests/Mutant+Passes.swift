extension Mutant {
  /// Of the chain rule: records, order, and what a call leaves behind.
  static let passes = [
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "tanh keeps its input for its output",
      original: """
                activation = Tanh.forward(activation)
                records.append(.output(activation))
        """,
      replacement: """
                records.append(.output(activation))
                activation = Tanh.forward(activation)
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "ReLU is left out of the chain",
      original: "gradient = ReLU.backward(x: x, outputGradient: gradient)",
      replacement: "_ = x"),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "tanh is passed twice",
      original: "gradient = Tanh.backward(y: y, outputGradient: gradient)",
      replacement: """
        gradient = Tanh.backward(y: y, outputGradient: gradient)
        gradient = Tanh.backward(y: y, outputGradient: gradient)
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "the first layer learns nothing",
      original: """
        Dense.accumulateGradients(x: x, outputGradient: gradient, into: &gradients[parameter])
        """,
      replacement: """
        if index > 0 {
          Dense.accumulateGradients(x: x, outputGradient: gradient, into: &gradients[parameter])
        }
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "a dense layer's gradient is added twice",
      original: """
        Dense.accumulateGradients(x: x, outputGradient: gradient, into: &gradients[parameter])
        """,
      replacement: """
        Dense.accumulateGradients(x: x, outputGradient: gradient, into: &gradients[parameter])
        Dense.accumulateGradients(x: x, outputGradient: gradient, into: &gradients[parameter])
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "each call starts from zero",
      original: """
            var activation = inputs
            var records
        """,
      replacement: """
            gradients = parameters.map(\\.zeros)
            var activation = inputs
            var records
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "no gradient goes back through a dense layer",
      original: "weight: parameters[parameter].weight, outputGradient: gradient)",
      replacement: "weight: parameters[parameter].zeros.weight, outputGradient: gradient)"),
  ]
}
