extension Mutant {
  /// Of dropout, whose backward pass needs the very mask of the forward pass.
  static let dropout = [
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "dropout's mask is not applied",
      original: "return Dropout.apply(mask, to: outputGradient)",
      replacement: "return mask.rows < 0 ? mask : outputGradient"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "dropout's mask is applied twice",
      original: "return Dropout.apply(mask, to: outputGradient)",
      replacement: "return Dropout.apply(mask, to: Dropout.apply(mask, to: outputGradient))"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "dropout drops but doesn't scale",
      original: "return Dropout.apply(mask, to: outputGradient)",
      replacement: """
        var gradient = outputGradient
        for index in mask.elements.indices where mask.elements[index] == .zero {
          gradient.elements[index] = .zero
        }
        return gradient
        """),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "dropout scales but doesn't drop",
      original: "return Dropout.apply(mask, to: outputGradient)",
      replacement: """
        var gradient = outputGradient
        let survivor = mask.elements.reduce(.zero) { $0 < $1 ? $1 : $0 }
        for index in mask.elements.indices {
          gradient.elements[index] = gradient.elements[index] * survivor
        }
        return gradient
        """),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "dropout's mask is a stale one, of epoch 0",
      original: "trace.masks[index] = mask",
      replacement: """
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: 0, samples: samples,
          features: x.columns)
        """),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "dropout's mask belongs to the place in the batch, not to the sample",
      original: "trace.masks[index] = mask",
      replacement: """
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: epoch, samples: Array(samples.indices),
          features: x.columns)
        """),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "dropout's mask is the first sample's for all",
      original: "trace.masks[index] = mask",
      replacement: """
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: epoch, samples: samples.map { _ in \
          samples[0] },
          features: x.columns)
        """),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "dropout's mask is the next layer's",
      original: "trace.masks[index] = mask",
      replacement: """
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed, layer: index + 1, epoch: epoch, samples: samples,
          features: x.columns)
        """),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "dropout's mask is of another seed",
      original: "trace.masks[index] = mask",
      replacement: """
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed + 1, layer: index, epoch: epoch, samples: samples,
          features: x.columns)
        """),
    Mutant(
      file: "ReferenceTrainer+Forward.swift",
      description: "dropout's mask lacks the last row's",
      original: "trace.masks[index] = mask",
      replacement: """
        var shorter = mask
        for unit in 0..<mask.columns { shorter[mask.rows - 1, unit] = .zero }
        trace.masks[index] = shorter
        """),
  ]
}
