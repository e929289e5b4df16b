extension Mutant {
  /// Of dropout, whose backward pass needs the very mask of the forward pass.
  static let dropout = [
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask is not applied",
      original: """
              case (.dropout, .mask(let mask)):
                gradient = Dropout.apply(mask, to: gradient)
        """,
      replacement: """
              case (.dropout, .mask):
                continue
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask is applied twice",
      original: "gradient = Dropout.apply(mask, to: gradient)",
      replacement: """
        gradient = Dropout.apply(mask, to: gradient)
        gradient = Dropout.apply(mask, to: gradient)
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout drops but doesn't scale",
      original: "gradient = Dropout.apply(mask, to: gradient)",
      replacement: """
        for index in mask.elements.indices where mask.elements[index] == .zero {
          gradient.elements[index] = .zero
        }
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout scales but doesn't drop",
      original: "gradient = Dropout.apply(mask, to: gradient)",
      replacement: """
        let survivor = mask.elements.reduce(.zero) { $0 < $1 ? $1 : $0 }
        for index in mask.elements.indices {
          gradient.elements[index] = gradient.elements[index] * survivor
        }
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask is a stale one, of epoch 0",
      original: "records.append(.mask(mask))",
      replacement: """
        records.append(
          .mask(
            Dropout.mask(
              rate: rate, seed: seed, layer: index, epoch: 0, samples: samples,
              features: activation.columns)))
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask belongs to the place in the batch, not to the sample",
      original: "records.append(.mask(mask))",
      replacement: """
        records.append(
          .mask(
            Dropout.mask(
              rate: rate, seed: seed, layer: index, epoch: epoch, samples: Array(samples.indices),
              features: activation.columns)))
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask is the first sample's for all",
      original: "records.append(.mask(mask))",
      replacement: """
        records.append(
          .mask(
            Dropout.mask(
              rate: rate, seed: seed, layer: index, epoch: epoch, samples: samples.map { _ in \
          samples[0] },
              features: activation.columns)))
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask is the next layer's",
      original: "records.append(.mask(mask))",
      replacement: """
        records.append(
          .mask(
            Dropout.mask(
              rate: rate, seed: seed, layer: index + 1, epoch: epoch, samples: samples,
              features: activation.columns)))
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask is of another seed",
      original: "records.append(.mask(mask))",
      replacement: """
        records.append(
          .mask(
            Dropout.mask(
              rate: rate, seed: seed + 1, layer: index, epoch: epoch, samples: samples,
              features: activation.columns)))
        """),
    Mutant(
      file: "ReferenceTrainer+Passes.swift",
      description: "dropout's mask lacks the last row's",
      original: "records.append(.mask(mask))",
      replacement: """
        var shorter = mask
        for unit in 0..<mask.columns { shorter[mask.rows - 1, unit] = .zero }
        records.append(.mask(shorter))
        """),
  ]
}
