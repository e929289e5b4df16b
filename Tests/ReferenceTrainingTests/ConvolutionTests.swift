import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// A convolution with its data in whole numbers, or rough ones, as words describe it.
struct ConvolutionCase {
  let layer: Convolution
  let x: Matrix<Float>
  let parameters: Parameters<Float>
  let outputGradient: Matrix<Float>

  init(_ words: String, samples: Int = 2, isRough: Bool = false) throws {
    let model = try ModelSpec(words: words)
    guard case .convolution(let spec) = model.layers[0] else {
      throw ModelError.unknownName(words)
    }
    layer = Convolution(spec: spec, input: model.input, output: model.output)
    var random = RandomNumbers(seed: UInt64(words.count))
    func table(_ rows: Int, _ columns: Int) -> Matrix<Float> {
      isRough
        ? random.rough(rows: rows, columns: columns) : random.integers(rows: rows, columns: columns)
    }
    x = table(samples, model.input.count)
    parameters = Parameters(
      weight: table(spec.kernel.count * spec.inputsPerGroup, spec.outputChannels),
      bias: table(1, spec.hasBias ? spec.outputChannels : 0))
    outputGradient = table(samples, model.output.count)
  }

  /// A product of the definition: which numbers meet.
  struct Term {
    let x: Int
    let weight: Int
    let y: Int
  }

  /// All products, found by sliding the image's pixels, not the windows: pixel (h, w) of channel i is
  /// at (kr, kc) of the window whose first row is h + p − kr, if a stride leads there.
  var terms: [Term] {
    let (spec, input, output) = (layer.spec, layer.input, layer.output)
    var terms: [Term] = []
    for n in 0..<x.rows {
      for element in 0..<input.count {
        let channel = element % input.channels
        let (h, w) = (element / input.channels).quotientAndRemainder(dividingBy: input.width)
        for kr in 0..<spec.kernel.height {
          for kc in 0..<spec.kernel.width {
            let (top, left) = (h + spec.padding.height - kr, w + spec.padding.width - kc)
            guard top >= 0, left >= 0, top % spec.stride.height == 0, left % spec.stride.width == 0,
              top / spec.stride.height < output.height, left / spec.stride.width < output.width
            else { continue }
            let window = top / spec.stride.height * output.width + left / spec.stride.width
            let i = channel % spec.inputsPerGroup
            for o in 0..<spec.outputChannels
            where o / spec.outputsPerGroup == channel / spec.inputsPerGroup {
              let row = (kr * spec.kernel.width + kc) * spec.inputsPerGroup + i
              terms.append(
                Term(
                  x: n * input.count + element, weight: row * spec.outputChannels + o,
                  y: n * output.count + window * spec.outputChannels + o))
            }
          }
        }
      }
    }
    return terms
  }
}

/// A convolution is its definition, forward and backward.
@Suite struct ConvolutionTests {
  static let cases = [
    "1x1x1 conv1", "1x1x3 conv4", "4x5x3 conv2", "3x3x1 conv1k3", "4x3x2 conv3k4x3",
    "5x5x2 conv3k3p1", "6x5x2 conv3k3s2p1", "7x6x1 conv2k2s3", "5x4x6 conv9k3x2s2x1p1x0g3",
    "4x4x4 depthwise3", "6x6x3 depthwise3s2", "3x4x4 conv8k2p1g4", "2x2x2 bareconv3k3p2",
    "1x6x2 conv2k1x3p0x2s1x2", "3x3x2 bareconv2k1s2",
  ]

  /// Whole numbers: every sum is exact, so any correct order gives the same.
  @Test(arguments: cases) func equalsTheDefinitionInWholeNumbers(_ words: String) throws {
    let data = try ConvolutionCase(words)
    let (x, weight, g) = (
      data.x.elements, data.parameters.weight.elements, data.outputGradient.elements
    )
    let channels = data.layer.output.channels
    var y = g.indices.map { place in
      data.layer.spec.hasBias ? data.parameters.bias.elements[place % channels] : 0
    }
    var inputGradient = x.map { _ in Float(0) }
    var gradient = data.parameters
    for term in data.terms {
      y[term.y] += x[term.x] * weight[term.weight]
      inputGradient[term.x] += g[term.y] * weight[term.weight]
      gradient.weight.elements[term.weight] += x[term.x] * g[term.y]
    }
    for (place, value) in g.enumerated() where data.layer.spec.hasBias {
      gradient.bias.elements[place % channels] += value
    }
    #expect(data.layer.forward(data.x, with: data.parameters).elements == y)
    #expect(
      data.layer.inputGradient(
        weight: data.parameters.weight, outputGradient: data.outputGradient
      ).elements == inputGradient)
    var actual = data.parameters
    data.layer.accumulateGradients(
      x: data.x, outputGradient: data.outputGradient, into: &actual)
    #expect(actual == gradient)
  }

  /// One image of one channel, with one kernel: rows of numbers.
  private func one(
    _ words: String, x: [Float], weight: [Float]
  ) throws -> (layer: Convolution, x: Matrix<Float>, parameters: Parameters<Float>) {
    let layer = try ConvolutionCase(words).layer
    return (
      layer, Matrix(rows: 1, columns: x.count, elements: x),
      Parameters(
        weight: Matrix(rows: weight.count, columns: 1, elements: weight),
        bias: Matrix(rows: 1, columns: 0))
    )
  }

  /// Zhang, Lipton, Li & Smola, "Dive into Deep Learning", section 7.2.1: the kernel isn't turned
  /// around.
  @Test func anExampleByHand() throws {
    let (layer, x, parameters) = try one(
      "3x3x1 bareconv1k2", x: [0, 1, 2, 3, 4, 5, 6, 7, 8], weight: [0, 1, 2, 3])
    #expect(layer.forward(x, with: parameters).elements == [19, 25, 37, 43])
  }

  /// The same, section 14.10: a transposed convolution is what goes back through a convolution.
  @Test func transposedExamplesByHand() throws {
    let g = Matrix<Float>(rows: 1, columns: 4, elements: [0, 1, 2, 3])
    let (layer, _, parameters) = try one("3x3x1 bareconv1k2", x: [], weight: [0, 1, 2, 3])
    #expect(
      layer.inputGradient(weight: parameters.weight, outputGradient: g).elements
        == [0, 0, 1, 0, 4, 6, 4, 12, 9])
    let strided = try one("4x4x1 bareconv1k2s2", x: [], weight: [0, 1, 2, 3]).layer
    #expect(
      strided.inputGradient(weight: parameters.weight, outputGradient: g).elements
        == [0, 0, 0, 1, 0, 0, 2, 3, 0, 2, 0, 3, 4, 6, 6, 9])
  }

  /// Where the kernel is the image there is one window, and the layer is dense, bit for bit.
  @Test func aKernelAsLargeAsTheImageIsADenseLayer() throws {
    let data = try ConvolutionCase("4x3x2 conv5k4x3", samples: 6, isRough: true)
    let (x, g) = (data.x, data.outputGradient)
    #expect(
      difference(
        data.layer.forward(x, with: data.parameters), Dense.forward(x, with: data.parameters))
        == nil)
    let weight = data.parameters.weight
    #expect(
      difference(
        data.layer.inputGradient(weight: weight, outputGradient: g),
        Dense.inputGradient(weight: weight, outputGradient: g)) == nil)
    var (actual, expected) = (data.parameters, data.parameters)
    data.layer.accumulateGradients(x: x, outputGradient: g, into: &actual)
    Dense.accumulateGradients(x: x, outputGradient: g, into: &expected)
    #expect(difference([actual], [expected]) == nil)
  }

  /// A kernel of one position is a dense layer of the channels, for which positions are samples.
  @Test func aPointwiseConvolutionIsADenseLayerOfPositions() throws {
    let data = try ConvolutionCase("3x4x5 conv6", samples: 3, isRough: true)
    let x = data.x.reshaped(columns: 5)
    let g = data.outputGradient.reshaped(columns: 6)
    #expect(
      difference(
        data.layer.forward(data.x, with: data.parameters).elements,
        Dense.forward(x, with: data.parameters).elements) == nil)
    let weight = data.parameters.weight
    #expect(
      difference(
        data.layer.inputGradient(weight: weight, outputGradient: data.outputGradient).elements,
        Dense.inputGradient(weight: weight, outputGradient: g).elements) == nil)
    var (actual, expected) = (data.parameters, data.parameters)
    data.layer.accumulateGradients(
      x: data.x, outputGradient: data.outputGradient, into: &actual)
    Dense.accumulateGradients(x: x, outputGradient: g, into: &expected)
    #expect(difference([actual], [expected]) == nil)
  }
}
