import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// The order in which a convolution adds, which is law for both trainers: forward over kernel rows,
/// kernel columns and input channels, its input's gradient over kernel rows, kernel columns and
/// output channels, its weights' over samples and positions, all ascending.
@Suite struct ConvolutionFoldTests {
  private static let words = "5x4x4 conv6k3x2s2x1p1g2"

  /// Folds each element's products in the order of a key, from where it starts.
  private func folds(
    _ terms: [ConvolutionCase.Term], from start: [Float], descending: Bool = false,
    into target: (ConvolutionCase.Term) -> Int, by key: (ConvolutionCase.Term) -> Int,
    _ factors: (ConvolutionCase.Term) -> (Float, Float)
  ) -> [Float] {
    var sums = start
    for term in terms.sorted(by: { descending ? key($0) > key($1) : key($0) < key($1) }) {
      let (a, b) = factors(term)
      sums[target(term)] = sums[target(term)].addingProduct(a, b)
    }
    return sums
  }

  /// Zeros outside of the image take part, and change nothing in a sum that has begun.
  @Test func foldsInAscendingOrder() throws {
    let data = try ConvolutionCase(Self.words, samples: 3, isRough: true)
    let (x, weight, g) = (
      data.x.elements, data.parameters.weight.elements, data.outputGradient.elements
    )
    let terms = data.terms
    let channels = data.layer.output.channels
    let biases = g.indices.map { data.parameters.bias.elements[$0 % channels] }
    func forward(_ descending: Bool) -> [Float] {
      folds(terms, from: biases, descending: descending, into: \.y, by: \.weight) {
        (x[$0.x], weight[$0.weight])
      }
    }
    let y = data.layer.forward(data.x, with: data.parameters).elements
    #expect(difference(y, forward(false)) == nil)
    #expect(difference(y, forward(true)) != nil)

    // For one element of x, a weight's place in its table is (kernel row, kernel column, o).
    func backward(_ descending: Bool) -> [Float] {
      folds(
        terms, from: x.map { _ in 0 }, descending: descending, into: \.x, by: \.weight
      ) { (g[$0.y], weight[$0.weight]) }
    }
    let inputGradient = data.layer.inputGradient(
      weight: data.parameters.weight, outputGradient: data.outputGradient
    ).elements
    #expect(difference(inputGradient, backward(false)) == nil)
    #expect(difference(inputGradient, backward(true)) != nil)

    func learned(_ descending: Bool) -> [Float] {
      folds(terms, from: weight, descending: descending, into: \.weight, by: \.y) {
        (x[$0.x], g[$0.y])
      }
    }
    var gradient = data.parameters
    data.layer.accumulateGradients(
      x: data.x, outputGradient: data.outputGradient, into: &gradient)
    #expect(difference(gradient.weight.elements, learned(false)) == nil)
    #expect(difference(gradient.weight.elements, learned(true)) != nil)
    var bias = data.parameters.bias.elements
    for (place, value) in g.enumerated() { bias[place % channels] += value }
    #expect(difference(gradient.bias.elements, bias) == nil)
  }

  /// Outside of the image x is 0, and is multiplied: an infinite weight shows at the border, and a
  /// sum that begins at −0 ends at 0.
  @Test func paddingFoldsZeros() throws {
    let data = try ConvolutionCase("3x3x1 conv1k3p1")
    var parameters = data.parameters
    parameters.weight.elements = Array(repeating: 1, count: 9)
    parameters.weight.elements[0] = .infinity
    parameters.bias.elements = [0]
    let ones = Matrix<Float>(rows: 1, columns: 9, filledWith: 1)
    let y = data.layer.forward(ones, with: parameters).elements
    // The kernel's first place is outside for the first row and column.
    #expect(y.map(\.isNaN) == [true, true, true, true, false, false, true, false, false])
    #expect(y[4] == .infinity)

    let corner = try ConvolutionCase("1x1x1 conv1k2p1").layer
    var layer = Parameters<Float>(
      weight: Matrix(rows: 4, columns: 1, filledWith: 1),
      bias: Matrix(rows: 1, columns: 1, filledWith: -0.0))
    let zero = Matrix<Float>(rows: 1, columns: 1, filledWith: -0.0)
    #expect(corner.forward(zero, with: layer).elements.allSatisfy { $0.sign == .plus })
    layer.weight.elements = [-1, -1, -1, -1]
    #expect(
      difference(corner.forward(zero, with: layer).elements, [0, 0, 0, 0]) == nil,
      "−0 − 0 + 0 is 0 where the image's own −0 is one of four terms")
  }

  /// Outside of its own image ∂L/∂y is 0 and multiplied likewise; but where the stride leaves a
  /// remainder there is no window, and nothing to multiply.
  @Test func windowsOutsideFoldZerosAndSkippedOnesDoNot() throws {
    let data = try ConvolutionCase("4x1x1 bareconv1k2x1s2x1")
    let g = Matrix<Float>(rows: 1, columns: 2, elements: [3, 5])
    func gradient(_ words: String, _ weight: [Float], _ g: Matrix<Float>) throws -> [Float] {
      try ConvolutionCase(words).layer.inputGradient(
        weight: Matrix(rows: weight.count, columns: 1, elements: weight), outputGradient: g
      ).elements
    }
    // Stride 2: each pixel has one place, and the other is no window's.
    #expect(data.layer.output.height == 2)
    #expect(
      try gradient("4x1x1 bareconv1k2x1s2x1", [1, .infinity], g) == [3, .infinity, 5, .infinity])
    // Stride 1: the first pixel's window at place 1 would begin above the image.
    let rows = Matrix<Float>(rows: 1, columns: 2, elements: [3, 5])
    let actual = try gradient("3x1x1 bareconv1k2x1", [1, .infinity], rows)
    #expect(actual[0].isNaN && actual[1] == .infinity && actual[2] == .infinity)
  }

  /// A weight whose window is outside of the image has the product 0·∂L/∂y.
  @Test func paddingTakesPartInTheWeightsGradient() throws {
    let data = try ConvolutionCase("1x1x1 bareconv1k3p1")
    var gradient = data.parameters.zeros
    data.layer.accumulateGradients(
      x: Matrix(rows: 1, columns: 1, filledWith: 2),
      outputGradient: Matrix(rows: 1, columns: 1, filledWith: .infinity), into: &gradient)
    #expect(gradient.weight.elements.map(\.isNaN) == (0..<9).map { $0 != 4 })
    #expect(gradient.weight.elements[4] == .infinity)
  }

  /// A group is a convolution of its own channels, bit for bit.
  @Test func groupsAreConvolutionsSideBySide() throws {
    let whole = try ConvolutionCase("5x4x6 conv9k3s2p1g3", samples: 2, isRough: true)
    let layer = try ConvolutionCase("5x4x2 conv3k3s2p1").layer
    func channels(_ matrix: Matrix<Float>, of count: Int, _ range: Range<Int>) -> Matrix<Float> {
      let elements = matrix.elements.enumerated().filter { range.contains($0.offset % count) }
      return Matrix(
        rows: matrix.rows, columns: matrix.columns * range.count / count,
        elements: elements.map(\.element))
    }
    var gradient = whole.parameters
    whole.layer.accumulateGradients(
      x: whole.x, outputGradient: whole.outputGradient, into: &gradient)
    let y = whole.layer.forward(whole.x, with: whole.parameters)
    let inputGradient = whole.layer.inputGradient(
      weight: whole.parameters.weight, outputGradient: whole.outputGradient)
    for group in 0..<3 {
      let (inputs, outputs) = (group * 2..<group * 2 + 2, group * 3..<group * 3 + 3)
      let x = channels(whole.x, of: 6, inputs)
      let g = channels(whole.outputGradient, of: 9, outputs)
      let parameters = Parameters(
        weight: channels(whole.parameters.weight, of: 9, outputs),
        bias: channels(whole.parameters.bias, of: 9, outputs))
      #expect(
        difference(channels(y, of: 9, outputs), layer.forward(x, with: parameters)) == nil)
      #expect(
        difference(
          channels(inputGradient, of: 6, inputs),
          layer.inputGradient(weight: parameters.weight, outputGradient: g)) == nil)
      var part = parameters
      layer.accumulateGradients(x: x, outputGradient: g, into: &part)
      #expect(difference(channels(gradient.weight, of: 9, outputs), part.weight) == nil)
      #expect(difference(channels(gradient.bias, of: 9, outputs), part.bias) == nil)
    }
  }
}
