import TrainingCore

/// The convolution of an image [H, W, C] with a kernel W [KH, KW, I, O], by groups of channels.
///
/// x [N, H·W·C], y [N, H'·W'·O]; W as a table has a row for each (kernel row, kernel column, input
/// channel of the group) and a column for each output channel. Outside of the image x is 0, and so
/// is ∂L/∂y outside of its own, and both fold like any other number: a window at the border has as
/// many terms as one in the middle.
struct Convolution {
  /// The description.
  let spec: ConvolutionSpec
  /// One image's shape before and behind it.
  let input: ImageShape
  let output: ImageShape
  /// The places of the window, in the order of the fold.
  private let taps: [Tap]

  /// A place in the window.
  private struct Tap {
    let row: Int
    let column: Int
    /// Its first row in the table of weights.
    let weight: Int
  }

  /// The convolution of images of one shape.
  init(spec: ConvolutionSpec, input: ImageShape, output: ImageShape) {
    self.spec = spec
    self.input = input
    self.output = output
    taps = (0..<spec.kernel.count).map {
      Tap(
        row: $0 / spec.kernel.width, column: $0 % spec.kernel.width,
        weight: $0 * spec.inputsPerGroup)
    }
  }

  /// y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o].
  func forward<S>(_ x: Matrix<S>, with parameters: Parameters<S>) -> Matrix<S> {
    var y = Matrix<S>(rows: x.rows, columns: output.count)
    forEachPosition(of: x.rows) { n, row, column, position in
      for o in 0..<parameters.bias.columns { y.elements[position + o] = parameters.bias[0, o] }
      for tap in taps {
        let pixel = pixel(n, row, column, tap)
        forEachGroup { inputs, outputs in
          for (i, channel) in inputs.enumerated() {
            y.addProduct(
              pixel.map { x.elements[$0 + channel] } ?? .zero,
              elementsFrom: (tap.weight + i) * spec.outputChannels + outputs.lowerBound,
              of: parameters.weight, count: outputs.count, to: position + outputs.lowerBound)
          }
        }
      }
    }
    return y
  }

  /// ∂L/∂W[kr, kc, i, o] += Σ x[n, r·s + kr − p, c·s + kc − p, i] ∂L/∂y[n, r, c, o] over samples and
  /// positions (n, r, c), and ∂L/∂b[o] += Σ ∂L/∂y[n, r, c, o].
  ///
  /// The sums start at what the gradients already hold, so that the parts of a batch, one after
  /// the other, give the bits of the whole.
  func accumulateGradients<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    forEachPosition(of: x.rows) { n, row, column, position in
      for o in 0..<gradient.bias.columns {
        gradient.bias[0, o] = gradient.bias[0, o] + outputGradient.elements[position + o]
      }
      for tap in taps {
        let pixel = pixel(n, row, column, tap)
        forEachGroup { inputs, outputs in
          for (i, channel) in inputs.enumerated() {
            gradient.weight.addProduct(
              pixel.map { x.elements[$0 + channel] } ?? .zero,
              elementsFrom: position + outputs.lowerBound, of: outputGradient,
              count: outputs.count,
              to: (tap.weight + i) * spec.outputChannels + outputs.lowerBound)
          }
        }
      }
    }
  }

  /// ∂L/∂x[n, h, w, i] = Σ W[kr, kc, i, o] ∂L/∂y[n, r, c, o] over kernel rows, kernel columns and output
  /// channels of i's group, for the window (r, c) that has x[n, h, w] at its place (kr, kc).
  ///
  /// That is r = (h + p − kr)/s and c = (w + p − kc)/s; where the stride leaves a remainder no window
  /// has the pixel there, and the fold has no term. The weights are transposed first, so that
  /// neighbours in i are neighbours in memory.
  func inputGradient<S>(weight: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let transposedWeight = transposed(weight)
    var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: input.count)
    for n in 0..<outputGradient.rows {
      for pixel in 0..<input.height * input.width {
        let (h, w) = pixel.quotientAndRemainder(dividingBy: input.width)
        for tap in taps {
          let row = h + spec.padding.height - tap.row
          let column = w + spec.padding.width - tap.column
          guard row.isMultiple(of: spec.stride.height), column.isMultiple(of: spec.stride.width)
          else { continue }
          let window = window(n, row / spec.stride.height, column / spec.stride.width)
          forEachGroup { inputs, outputs in
            for (o, channel) in outputs.enumerated() {
              inputGradient.addProduct(
                window.map { outputGradient.elements[$0 + channel] } ?? .zero,
                elementsFrom: (tap.weight / spec.inputsPerGroup * spec.outputsPerGroup + o)
                  * spec.inputChannels + inputs.lowerBound,
                of: transposedWeight, count: inputs.count,
                to: (n * input.height * input.width + pixel) * input.channels + inputs.lowerBound)
            }
          }
        }
      }
    }
    return inputGradient
  }

  /// W as [(kernel row, kernel column, output channel of the group), input channel].
  private func transposed<S>(_ weight: Matrix<S>) -> Matrix<S> {
    var result = Matrix<S>(
      rows: spec.kernel.count * spec.outputsPerGroup, columns: spec.inputChannels)
    for (place, tap) in taps.enumerated() {
      forEachGroup { inputs, outputs in
        for (i, inputChannel) in inputs.enumerated() {
          for (o, outputChannel) in outputs.enumerated() {
            result[place * spec.outputsPerGroup + o, inputChannel] =
              weight[tap.weight + i, outputChannel]
          }
        }
      }
    }
    return result
  }

  /// The first element of the pixel that a window has at a place, or nil outside of the image.
  private func pixel(_ n: Int, _ row: Int, _ column: Int, _ tap: Tap) -> Int? {
    let h = row * spec.stride.height + tap.row - spec.padding.height
    let w = column * spec.stride.width + tap.column - spec.padding.width
    guard (0..<input.height).contains(h), (0..<input.width).contains(w) else { return nil }
    return ((n * input.height + h) * input.width + w) * input.channels
  }

  /// The first element of a window's outputs, or nil where there is no such window.
  private func window(_ n: Int, _ row: Int, _ column: Int) -> Int? {
    guard (0..<output.height).contains(row), (0..<output.width).contains(column) else { return nil }
    return ((n * output.height + row) * output.width + column) * output.channels
  }

  /// Calls with each window of each sample, and the first element of its outputs.
  private func forEachPosition(
    of samples: Int, _ body: (_ n: Int, _ row: Int, _ column: Int, _ position: Int) -> Void
  ) {
    for n in 0..<samples {
      for row in 0..<output.height {
        for column in 0..<output.width {
          body(
            n, row, column,
            ((n * output.height + row) * output.width + column) * output.channels)
        }
      }
    }
  }

  /// Calls with the input and output channels of each group.
  private func forEachGroup(_ body: (_ inputs: Range<Int>, _ outputs: Range<Int>) -> Void) {
    for group in 0..<spec.groups {
      body(
        group * spec.inputsPerGroup..<(group + 1) * spec.inputsPerGroup,
        group * spec.outputsPerGroup..<(group + 1) * spec.outputsPerGroup)
    }
  }
}
