extension Mutant {
  /// Of what a convolution learns: windows, groups and the kernel's order.
  static let convolution = [
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient has its windows a row too low",
      original: """
              }
              for tap in taps {
                let pixel = pixel(n, row, column, tap)
                forEachGroup { inputs, outputs in
                  for (i, channel) in inputs.enumerated() {
                    gradient.weight.addProduct(
        """,
      replacement: """
              }
              for tap in taps {
                let pixel = pixel(
                  n, row, column, Tap(row: tap.row + 1, column: tap.column, weight: tap.weight))
                forEachGroup { inputs, outputs in
                  for (i, channel) in inputs.enumerated() {
                    gradient.weight.addProduct(
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient takes a group's first channel for all",
      original: """
                    gradient.weight.addProduct(
                      pixel.map { x.elements[$0 + channel] } ?? .zero,
        """,
      replacement: """
                    gradient.weight.addProduct(
                      pixel.map { x.elements[$0 + inputs.lowerBound] } ?? .zero,
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient takes the first group's channels for all",
      original: """
                    gradient.weight.addProduct(
                      pixel.map { x.elements[$0 + channel] } ?? .zero,
        """,
      replacement: """
                    gradient.weight.addProduct(
                      pixel.map { x.elements[$0 + i] } ?? .zero,
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient takes the first group's outputs for all",
      original: "elementsFrom: position + outputs.lowerBound, of: outputGradient,",
      replacement: "elementsFrom: position, of: outputGradient,"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient adds all groups to the first",
      original: "to: (tap.weight + i) * spec.outputChannels + outputs.lowerBound)",
      replacement: "to: (tap.weight + i) * spec.outputChannels)"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient is that of the kernel transposed",
      original: "to: (tap.weight + i) * spec.outputChannels + outputs.lowerBound)",
      replacement: """
        to: ((tap.column * spec.kernel.height + tap.row) * spec.inputsPerGroup + i)
                        * spec.outputChannels + outputs.lowerBound)
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient is that of the kernel turned around",
      original: "to: (tap.weight + i) * spec.outputChannels + outputs.lowerBound)",
      replacement: """
        to: ((spec.kernel.count - 1) * spec.inputsPerGroup - tap.weight + i)
                        * spec.outputChannels + outputs.lowerBound)
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient leaves out the last sample",
      original: """
        into gradient: inout Parameters<S>
          ) {
            forEachPosition(of: x.rows) {
        """,
      replacement: """
        into gradient: inout Parameters<S>
          ) {
            forEachPosition(of: x.rows - 1) {
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's weights' gradient replaces a position's by the next",
      original: """
                    gradient.weight.addProduct(
                      pixel.map { x.elements[$0 + channel] } ?? .zero,
        """,
      replacement: """
                    for o in outputs { gradient.weight[tap.weight + i, o] = .zero }
                    gradient.weight.addProduct(
                      pixel.map { x.elements[$0 + channel] } ?? .zero,
        """),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's bias is forgotten",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient.elements[position + o]",
      replacement: "gradient.bias[0, o] = gradient.bias[0, o] + .zero"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's bias has the gradient of the last position",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient.elements[position + o]",
      replacement: "gradient.bias[0, o] = outputGradient.elements[position + o]"),
    Mutant(
      file: "Convolution.swift",
      description: "a convolution's bias has the mean over positions",
      original: "gradient.bias[0, o] = gradient.bias[0, o] + outputGradient.elements[position + o]",
      replacement: """
        gradient.bias[0, o] =
                  gradient.bias[0, o]
                  + outputGradient.elements[position + o] / S(Double(output.height * output.width))
        """),
  ]
}
