// Wrong windows, groups, paddings, strides and orders of the kernel in a convolution's gradients.

extension Convolution {
  func inputGradient<S>(weight: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let samples = outputGradient.rows
    let transposedWeight = transposed(Tensor4D(weight, kernel: spec.kernel))
    let outputGradient = Tensor4D(outputGradient, images: output)
    var inputGradient = Tensor4D(Matrix<S>(rows: samples, columns: input.count), images: input)
    var pixels = self.pixels[...]
    if variant("a convolution's input gradient leaves out the last pixel") {
      pixels = pixels.dropLast()
    }
    if variant("no gradient goes back through a convolution") { pixels = [] }
    var (rowStride, columnStride) = (s.height, s.width)
    if variant("a convolution's input gradient looks at the stride of rows alone") {
      columnStride = 1
    }
    if variant("a convolution's input gradient doesn't look at the stride") {
      (rowStride, columnStride) = (1, 1)
    }
    var padding = p
    if variant("a convolution's input gradient pads a row less") { padding.height -= 1 }
    if variant("a convolution's input gradient forgets the padding") { padding.height = 0 }
    if variant("a convolution's input gradient pads columns as rows") { padding.width = p.height }
    for n in 0..<samples {
      for (h, w) in pixels {
        for (kr, kc) in taps {
          var (row, column) = (h + padding.height - kr, w + padding.width - kc)
          if variant("a convolution's input gradient correlates with the kernel") {
            row = h + p.height - (spec.kernel.height - 1 - kr)
          }
          guard row.isMultiple(of: rowStride), column.isMultiple(of: columnStride) else { continue }
          let isSquare = variant(
            "a convolution's input gradient takes the stride of rows for columns")
          (row, column) = (row / s.height, column / (isSquare ? s.height : s.width))
          let isInside =
            row >= 0 && row < output.height && column >= 0 && column < output.width
          for group in 0..<spec.groups {
            let i = group * inputs
            var last = outputs
            if variant("a convolution's input gradient leaves out a group's last output") {
              last -= 1
            }
            for o in 0..<last {
              var channel = group * outputs + o
              if variant("a convolution's input gradient takes the first group's outputs for all") {
                channel = o
              }
              var factor = outputGradient.padded(n, row, column, channel)
              if variant("a convolution's input gradient takes the first window for one outside"),
                !isInside
              {
                factor = outputGradient[n, 0, 0, channel]
              }
              if variant("a convolution's input gradient counts windows by the input's width"),
                isInside
              {
                let place = (n * output.height + row) * input.width + column
                factor = outputGradient[0, 0, min(place, (n + 1) * output.positions - 1), channel]
              }
              var source = (kr, kc, o, i)
              if variant("a convolution's input gradient takes the kernel transposed") {
                source = (0, kc * spec.kernel.height + kr, o, i)
              }
              if variant("a convolution's input gradient takes the first group's weights for all") {
                source.3 = 0
              }
              var target = (n, h, w, i)
              if variant("a convolution's input gradient adds all groups to the first") {
                target.3 = 0
              }
              inputGradient.addProduct(factor, transposedWeight, source, to: target, count: inputs)
            }
          }
        }
      }
    }
    return Matrix(rows: samples, columns: input.count, elements: inputGradient.elements)
  }

  func transposed<S>(_ weight: Tensor4D<S>) -> Tensor4D<S> {
    var result = Tensor4D(
      Matrix<S>(rows: spec.kernel.count * outputs, columns: spec.inputChannels),
      kernel: spec.kernel)
    for (kr, kc) in taps {
      for i in 0..<spec.inputChannels {
        for o in 0..<outputs {
          var (inGroup, group, output) = (i % inputs, i / inputs, o)
          if variant("a convolution's input gradient takes the next channel's weights") {
            inGroup = (i + 1) % inputs
          }
          if variant("a convolution's input gradient takes the next group's weights") {
            group = (group + 1) % spec.groups
          }
          if variant("a convolution's input gradient takes a group's outputs from the last") {
            output = outputs - 1 - o
          }
          result[kr, kc, o, i] = weight[kr, kc, inGroup, group * outputs + output]
        }
      }
    }
    return result
  }

  func accumulateGradients<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    var samples = x.rows
    if variant("a convolution's weights' gradient replaces what is there") {
      gradient.weight.clear()
    }
    if variant("a convolution's bias's gradient replaces what is there") { gradient.bias.clear() }
    let x = Tensor4D(x, images: input)
    let outputGradient = Tensor4D(outputGradient, images: output)
    var weightGradient = Tensor4D(gradient.weight, kernel: spec.kernel)
    if variant("a convolution's weights' gradient leaves out the last sample") { samples -= 1 }
    var (stride, padding) = (s, p)
    if variant("a convolution's weights' gradient has its windows a row too low") {
      padding.height -= 1
    }
    if variant("a convolution's weights' gradient forgets the padding") { padding.height = 0 }
    if variant("a convolution's weights' gradient pads columns as rows") {
      padding.width = p.height
    }
    if variant("a convolution's weights' gradient takes the stride of rows for columns") {
      stride.width = s.height
    }
    for n in 0..<samples {
      for (r, c) in windows {
        for o in 0..<gradient.bias.columns {
          var term = outputGradient[n, r, c, o]
          if variant("a convolution's bias is forgotten") { term = .zero }
          if variant("a convolution's bias has the mean over positions") {
            term = term / S(Double(output.positions))
          }
          let isLast = variant("a convolution's bias has the gradient of the last position")
          gradient.bias[0, o] = isLast ? term : gradient.bias[0, o] + term
        }
        for (kr, kc) in taps {
          for group in 0..<spec.groups {
            let o = group * outputs
            for i in 0..<inputs {
              var channel = group * inputs + i
              if variant(
                "a convolution's weights' gradient takes a group's first channel for all")
              {
                channel = group * inputs
              }
              if variant(
                "a convolution's weights' gradient takes the first group's channels for all")
              {
                channel = i
              }
              var source = (n, r, c, o)
              if variant(
                "a convolution's weights' gradient takes the first group's outputs for all")
              {
                source.3 = 0
              }
              var target = (kr, kc, i, o)
              if variant("a convolution's weights' gradient adds all groups to the first") {
                target.3 = 0
              }
              if variant("a convolution's weights' gradient is that of the kernel transposed") {
                target = (0, kc * spec.kernel.height + kr, i, o)
              }
              if variant("a convolution's weights' gradient is that of the kernel turned around") {
                target = (spec.kernel.height - 1 - kr, spec.kernel.width - 1 - kc, i, o)
              }
              if variant("a convolution's weights' gradient replaces a position's by the next") {
                for j in 0..<outputs { weightGradient[kr, kc, i, o + j] = .zero }
              }
              weightGradient.addProduct(
                x.padded(
                  n, r * stride.height + kr - padding.height,
                  c * stride.width + kc - padding.width, channel),
                outputGradient, source, to: target, count: outputs)
            }
          }
        }
      }
    }
    gradient.weight.elements = weightGradient.elements
  }
}
