import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// The largest of each window, and who has its gradient.
@Suite struct MaxPoolTests {
  private func row(_ elements: [Float]) -> Matrix<Float> {
    Matrix(rows: 1, columns: elements.count, elements: elements)
  }

  /// The same image with windows of two, overlapping or not.
  @Test func examplesByHand() throws {
    let x = row([1, 5, 2, 4, 3, 0, 7, 6, 8])
    let overlapping = try poolWindows("3x3x1 maxpool2s1")
    #expect(MaxPool.forward(x, over: overlapping).elements == [5, 5, 7, 8])
    #expect(
      MaxPool.backward(x: x, outputGradient: row([1, 10, 100, 1000]), over: overlapping).elements
        == [0, 11, 0, 0, 0, 0, 100, 0, 1000])
    let apart = try poolWindows("3x3x1 maxpool2")
    #expect(MaxPool.forward(x, over: apart).elements == [5])
    #expect(
      MaxPool.backward(x: x, outputGradient: row([9]), over: apart).elements
        == [0, 9, 0, 0, 0, 0, 0, 0, 0])
  }

  /// Channels and samples don't see each other.
  @Test func `channels and samples don't see each other`() throws {
    let pairs = try poolWindows("2x2x2 maxpool2")
    let x = Matrix<Float>(
      rows: 2, columns: 8, elements: [1, -1, 2, -2, 3, -3, 4, -4, 8, 0, 7, 1, 6, 2, 5, 3])
    #expect(MaxPool.forward(x, over: pairs).elements == [4, -1, 8, 3])
    let g = Matrix<Float>(rows: 2, columns: 2, elements: [1, 2, 3, 4])
    #expect(
      MaxPool.backward(x: x, outputGradient: g, over: pairs).elements
        == [0, 2, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0, 4])
  }

  /// Of equals the first is taken, and has all of the gradient; −0 and 0 are equals.
  @Test func theFirstOfEqualsIsTheLargest() throws {
    let windows = try poolWindows("2x2x1 maxpool2")
    let g = row([7])
    for (elements, first) in [
      ([3, 3, 3, 3], 0), ([1, 3, 3, 2], 1), ([0, 1, 2, 2], 2),
      ([-.infinity, -.infinity, -.infinity, -.infinity], 0), ([-1, -0.0, 0, -2], 1),
    ] as [([Float], Int)] {
      let x = row(elements)
      #expect(difference(MaxPool.forward(x, over: windows).elements, [elements[first]]) == nil)
      let expected = elements.indices.map { $0 == first ? Float(7) : 0 }
      #expect(MaxPool.backward(x: x, outputGradient: g, over: windows).elements == expected)
    }
  }

  /// A gradient that several windows give one element folds over windows ascending.
  @Test func gradientsFoldOverWindows() throws {
    let windows = try poolWindows("3x3x1 maxpool2s1")
    let x = row([0, 0, 0, 0, 1, 0, 0, 0, 0])
    var random = RandomNumbers(seed: 12)
    let g: Matrix<Float> = random.rough(rows: 1, columns: 4)
    let ascending = g.elements.reduce(0, +)
    let gradient = MaxPool.backward(x: x, outputGradient: g, over: windows)
    #expect(difference(gradient.elements, [0, 0, 0, 0, ascending, 0, 0, 0, 0]) == nil)
    #expect(ascending != g.elements.reversed().reduce(0, +))
  }

  /// Wherever it stands in its window.
  @Test(arguments: 0..<4) func whatIsNotANumberStaysVisible(_ place: Int) throws {
    let windows = try poolWindows("2x2x1 maxpool2")
    var x = row([1, 2, 3, 2])
    x.elements[place] = .nan
    #expect(MaxPool.forward(x, over: windows)[0, 0].isNaN)
  }
}
