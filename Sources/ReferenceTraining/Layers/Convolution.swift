import TrainingCore

/// The convolution of images x [N, H, W, C] with a kernel W [KH, KW, I, O] and a bias b [O] into
/// y [N, H', W', O], by groups of channels; I are the input channels of one group.
///
/// Sums fold in the order of the arithmetic contract, 3a, 3b and 4. Outside of their images x and ∂L/∂y
/// are 0 and fold like any other number. The innermost loop, in `Tensor4D.addProduct`, runs over the
/// neighbouring channels of a group.
struct Convolution {
  /// Kernel, stride s, padding p and groups.
  let spec: ConvolutionSpec
  /// The shape of one image before and after the layer.
  let (input, output): (ImageShape, ImageShape)
  /// Stride and padding.
  private let (s, p): (Extent, Extent)
  /// Input and output channels of one group.
  private let (inputs, outputs): (Int, Int)
  /// (kr, kc) of the kernel, (h, w) of the input and (r, c) of the output, in the order of the folds.
  private let (taps, pixels, windows): ([(Int, Int)], [(Int, Int)], [(Int, Int)])

  /// The convolution of images of one shape.
  init(spec: ConvolutionSpec, input: ImageShape, output: ImageShape) {
    func places(_ rows: Int, _ columns: Int) -> [(Int, Int)] {
      (0..<rows).flatMap { row in (0..<columns).map { (row, $0) } }
    }
    (self.spec, self.input, self.output) = (spec, input, output)
    (s, p) = (spec.stride, spec.padding)
    (inputs, outputs) = (spec.inputsPerGroup, spec.outputsPerGroup)
    taps = places(spec.kernel.height, spec.kernel.width)
    pixels = places(input.height, input.width)
    windows = places(output.height, output.width)
  }

  /// y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o] over (kr, kc, i).
  func forward<S>(_ x: Matrix<S>, with parameters: Parameters<S>) -> Matrix<S> {
    let samples = x.rows
    let x = Tensor4D(x, images: input)
    let weight = Tensor4D(parameters.weight, kernel: spec.kernel)
    var y = Tensor4D(Matrix<S>(rows: samples, columns: output.count), images: output)
    for n in 0..<samples {
      for (r, c) in windows {
        for o in 0..<parameters.bias.columns { y[n, r, c, o] = parameters.bias[0, o] }
        for (kr, kc) in taps {
          for group in 0..<spec.groups {
            let o = group * outputs
            for i in 0..<inputs {
              y.addProduct(
                x.padded(
                  n, r * s.height + kr - p.height, c * s.width + kc - p.width, group * inputs + i),
                weight, (kr, kc, i, o), to: (n, r, c, o), count: outputs)
            }
          }
        }
      }
    }
    return Matrix(rows: samples, columns: output.count, elements: y.elements)
  }

  /// ∂L/∂x[n, h, w, i] = Σ ∂L/∂y[n, r, c, o] W[kr, kc, i, o] over (kr, kc, o), o in i's group, with the
  /// window r = (h + p − kr)/s and c = (w + p − kc)/s, which has x[n, h, w] at its place (kr, kc).
  ///
  /// Where the stride leaves a remainder no window has the pixel there, and the fold has no term. The
  /// kernel is transposed first, so that neighbours in i are neighbours in memory.
  func inputGradient<S>(weight: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let samples = outputGradient.rows
    let transposedWeight = transposed(Tensor4D(weight, kernel: spec.kernel))
    let outputGradient = Tensor4D(outputGradient, images: output)
    var inputGradient = Tensor4D(Matrix<S>(rows: samples, columns: input.count), images: input)
    for n in 0..<samples {
      for (h, w) in pixels {
        for (kr, kc) in taps {
          let (row, column) = (h + p.height - kr, w + p.width - kc)
          guard row.isMultiple(of: s.height), column.isMultiple(of: s.width) else { continue }
          for group in 0..<spec.groups {
            let i = group * inputs
            for o in 0..<outputs {
              inputGradient.addProduct(
                outputGradient.padded(n, row / s.height, column / s.width, group * outputs + o),
                transposedWeight, (kr, kc, o, i), to: (n, h, w, i), count: inputs)
            }
          }
        }
      }
    }
    return Matrix(rows: samples, columns: input.count, elements: inputGradient.elements)
  }

  /// A kernel [KH, KW, I, groups · O] as [KH, KW, O, groups · I], O the output channels of one group.
  private func transposed<S>(_ weight: Tensor4D<S>) -> Tensor4D<S> {
    var result = Tensor4D(
      Matrix<S>(rows: spec.kernel.count * outputs, columns: spec.inputChannels),
      kernel: spec.kernel)
    for (kr, kc) in taps {
      for i in 0..<spec.inputChannels {
        for o in 0..<outputs {
          result[kr, kc, o, i] = weight[kr, kc, i % inputs, i / inputs * outputs + o]
        }
      }
    }
    return result
  }

  /// ∂L/∂W[kr, kc, i, o] += Σ x[n, r·s + kr − p, c·s + kc − p, i] ∂L/∂y[n, r, c, o] over (n, r, c), and
  /// ∂L/∂b[o] += Σ ∂L/∂y[n, r, c, o], from what the gradients already hold.
  func accumulateGradients<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    let samples = x.rows
    let x = Tensor4D(x, images: input)
    let outputGradient = Tensor4D(outputGradient, images: output)
    var weightGradient = Tensor4D(gradient.weight, kernel: spec.kernel)
    for n in 0..<samples {
      for (r, c) in windows {
        for o in 0..<gradient.bias.columns {
          gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, r, c, o]
        }
        for (kr, kc) in taps {
          for group in 0..<spec.groups {
            let o = group * outputs
            for i in 0..<inputs {
              weightGradient.addProduct(
                x.padded(
                  n, r * s.height + kr - p.height, c * s.width + kc - p.width, group * inputs + i),
                outputGradient, (n, r, c, o), to: (kr, kc, i, o), count: outputs)
            }
          }
        }
      }
    }
    gradient.weight.elements = weightGradient.elements
  }
}
