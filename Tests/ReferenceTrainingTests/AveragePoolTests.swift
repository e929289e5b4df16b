import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Windows as words describe them, with an image's extents in front.
func poolWindows(_ words: String) throws -> PoolWindows {
  let model = try ModelSpec(words: words)
  switch model.layers[0] {
  case .averagePool(let spec), .maxPool(let spec):
    return PoolWindows(spec: spec, input: model.input, output: model.output)
  case .globalAveragePool: return PoolWindows.whole(of: model.input)
  default: throw ModelError.unknownName(words)
  }
}

/// The mean of each window.
@Suite struct AveragePoolTests {
  /// The elements of each output's window, found by asking every pixel for the windows over it.
  private func members(_ windows: PoolWindows) -> [[Int]] {
    let (spec, input, output) = (windows.spec, windows.input, windows.output)
    var members = Array(repeating: [Int](), count: output.count)
    for element in 0..<input.count {
      let channel = element % input.channels
      let (h, w) = (element / input.channels).quotientAndRemainder(dividingBy: input.width)
      for row in 0..<output.height
      where (0..<spec.window.height).contains(h - row * spec.stride.height) {
        for column in 0..<output.width
        where (0..<spec.window.width).contains(w - column * spec.stride.width) {
          members[(row * output.width + column) * output.channels + channel].append(element)
        }
      }
    }
    return members
  }

  /// Overlapping windows, windows with gaps, and what is left over at the end, which no window has.
  @Test(arguments: [
    "1x1x1 averagepool1", "4x4x2 averagepool2", "5x7x3 averagepool2", "5x4x1 averagepool3s1",
    "7x7x2 averagepool2s3", "6x5x2 averagepool4s2", "3x5x4 globalpool", "1x1x3 globalpool",
  ])
  func isTheFoldOverTheWindow(_ words: String) throws {
    let windows = try poolWindows(words)
    let members = members(windows)
    var random = RandomNumbers(seed: 5)
    let x: Matrix<Float> = random.rough(rows: 2, columns: windows.input.count)
    let g: Matrix<Float> = random.rough(rows: 2, columns: windows.output.count)
    let y = AveragePool.forward(x, over: windows)
    let inputGradient = AveragePool.backward(outputGradient: g, over: windows)
    for n in 0..<2 {
      let count = Float(members[0].count)
      let means = members.map { $0.reduce(Float(0)) { $0 + x[n, $1] } / count }
      #expect(difference((0..<y.columns).map { y[n, $0] }, means) == nil)
      var sums = Array(repeating: Float(0), count: x.columns)
      for (output, elements) in members.enumerated() {
        for element in elements { sums[element] += g[n, output] }
      }
      #expect(
        difference((0..<x.columns).map { inputGradient[n, $0] }, sums.map { $0 / count }) == nil)
    }
  }

  /// A 4×4 image of two channels, of which the second is the first's negative.
  @Test func anExampleByHand() throws {
    let windows = try poolWindows("4x4x2 averagepool2")
    let values: [Float] = [1, 3, 5, 7, 9, 11, 13, 15, 2, 4, 6, 8, 10, 12, 14, 16]
    let x = Matrix<Float>(rows: 1, columns: 32, elements: values.flatMap { [$0, -$0] })
    #expect(
      AveragePool.forward(x, over: windows).elements == [6, 10, 7, 11].flatMap { [$0, -$0] })
    let g = Matrix<Float>(rows: 1, columns: 8, elements: [4, 8, 12, 16, 20, 24, 28, 32])
    let gradient = AveragePool.backward(outputGradient: g, over: windows).elements
    #expect(Array(gradient.prefix(8)) == [1, 2, 1, 2, 3, 4, 3, 4])
    #expect(Array(gradient.suffix(8)) == [5, 6, 5, 6, 7, 8, 7, 8])
  }

  /// What no window has learns nothing.
  @Test func leftoversHaveNoGradient() throws {
    let windows = try poolWindows("3x3x1 averagepool2")
    let g = Matrix<Float>(rows: 1, columns: 1, filledWith: 4)
    #expect(
      AveragePool.backward(outputGradient: g, over: windows).elements
        == [1, 1, 0, 1, 1, 0, 0, 0, 0])
  }

  @Test func whatIsNotANumberStaysVisible() throws {
    let windows = try poolWindows("2x4x1 averagepool2")
    let x = Matrix<Float>(rows: 1, columns: 8, elements: [1, 2, 3, 4, 5, 6, .nan, 8])
    #expect(AveragePool.forward(x, over: windows).elements.map(\.isNaN) == [false, true])
  }
}
