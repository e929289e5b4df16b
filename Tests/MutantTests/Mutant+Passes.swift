extension Mutant {
  /// Of the chain rule: what each layer is given, and what a call leaves behind.
  static let passes = [
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "tanh keeps its input for its output",
      original: "return Tanh.backward(y: trace.activations[index + 1],",
      replacement: "return Tanh.backward(y: x,"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "ReLU is left out of the chain",
      original: "case .relu: return ReLU.backward(x: x, outputGradient: outputGradient)",
      replacement: "case .relu: return outputGradient"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "tanh is passed twice",
      original: """
        return Tanh.backward(y: trace.activations[index + 1], outputGradient: outputGradient)
        """,
      replacement: """
        return Tanh.backward(
          y: trace.activations[index + 1],
          outputGradient: Tanh.backward(
            y: trace.activations[index + 1], outputGradient: outputGradient))
        """),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "the first layer learns nothing",
      original: """
        Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[parameter])
        """,
      replacement: """
        if index > 0 {
          Dense.accumulateGradients(
            x: x, outputGradient: outputGradient, into: &gradients[parameter])
        }
        """),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "a dense layer's gradient is added twice",
      original: """
        Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[parameter])
        """,
      replacement: """
        Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[parameter])
        Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[parameter])
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "each call starts from zero",
      original: "propagate(loss.gradient, back: trace)",
      replacement: """
        gradients = parameters.map(\\.zeros)
        propagate(loss.gradient, back: trace)
        """),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "no gradient goes back through a dense layer",
      original: """
              return Dense.inputGradient(
                weight: parameters[parameter].weight,
        """,
      replacement: """
              return Dense.inputGradient(
                weight: parameters[parameter].zeros.weight,
        """),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "ReLU6 is left out of the chain",
      original: "case .relu6: return ReLU6.backward(x: x, outputGradient: outputGradient)",
      replacement: "case .relu6: return outputGradient"),
  ]
}
