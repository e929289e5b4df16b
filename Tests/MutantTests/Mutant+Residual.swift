extension Mutant {
  /// Of paths that part and meet, and of frozen layers.
  static let residual = [
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "a residual sum's shortcut is forgotten",
      original: "if index > model.frozenLayers, let shortcut = shortcuts[index] {",
      replacement: "if index > model.layers.count, let shortcut = shortcuts[index] {"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "a residual sum's shortcut counts twice",
      original: "gradient = Residual.add(gradient, shortcut)",
      replacement: "gradient = Residual.add(Residual.add(gradient, shortcut), shortcut)"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "a residual sum's shortcut replaces the layers' path",
      original: "gradient = Residual.add(gradient, shortcut)",
      replacement: "gradient = shortcut"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "of two shortcuts from one place the later is forgotten",
      original:
        "shortcuts[source] = shortcuts[source].map { Residual.add($0, gradient) } ?? gradient",
      replacement: "shortcuts[source] = gradient"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "of two shortcuts from one place the earlier is forgotten",
      original:
        "shortcuts[source] = shortcuts[source].map { Residual.add($0, gradient) } ?? gradient",
      replacement: "shortcuts[source] = shortcuts[source] ?? gradient"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "a residual sum's layers have twice the gradient",
      original: "case .residual: return outputGradient",
      replacement: "case .residual: return Residual.add(outputGradient, outputGradient)"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "the layer behind the frozen ones learns nothing",
      original: "for index in (model.frozenLayers..<model.layers.count).reversed() {",
      replacement: """
        let first = min(model.frozenLayers + (model.frozenLayers > 0 ? 1 : 0), model.layers.count)
            for index in (first..<model.layers.count).reversed() {
        """),
    Mutant(
      file: "ReferenceTrainer.swift",
      description: "a step moves frozen layers",
      original: "for index in frozenParameters..<parameters.count {",
      replacement: "for index in parameters.indices {"),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "a step leaves the layer behind the frozen ones",
      original: "var frozenParameters: Int { parameterIndex(of: model.frozenLayers) }",
      replacement: """
        var frozenParameters: Int {
            model.frozenLayers > 0 ? min(parameterIndex(of: model.frozenLayers) + 1, parameters.count) : 0
          }
        """),
  ]
}
