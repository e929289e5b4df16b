import PropertyTesting
import Testing

@testable import ReferenceTraining

@Suite struct DenseTests {
  static let extents = [(1, 1, 1), (1, 7, 3), (5, 1, 1), (3, 16, 17), (17, 33, 5)]

  /// Layer and data in whole numbers: every sum is exact, so any correct order gives the same.
  private func integerCase(_ n: Int, _ i: Int, _ o: Int)
    -> (x: Matrix<Float>, layer: Parameters<Float>, gradient: Matrix<Float>)
  {
    var random = RandomNumbers(seed: UInt64(n * 10_000 + i * 100 + o))
    return (
      random.integers(rows: n, columns: i),
      Parameters(
        weight: random.integers(rows: i, columns: o), bias: random.integers(rows: 1, columns: o)),
      random.integers(rows: n, columns: o)
    )
  }

  private func table(
    _ rows: Int, _ columns: Int, _ element: (Int, Int) -> Int
  ) -> Matrix<Float> {
    let elements = (0..<rows).flatMap { row in
      (0..<columns).map { column in Float(element(row, column)) }
    }
    return Matrix(rows: rows, columns: columns, elements: elements)
  }

  @Test(arguments: extents)
  func equalsTheDefinitionInWholeNumbers(_ n: Int, _ i: Int, _ o: Int) {
    let (x, layer, g) = integerCase(n, i, o)
    let forward = table(n, o) { n, o in
      (0..<i).reduce(Int(layer.bias[0, o])) { $0 + Int(x[n, $1]) * Int(layer.weight[$1, o]) }
    }
    #expect(Dense.forward(x, with: layer) == forward)

    let inputGradient = table(n, i) { n, i in
      (0..<o).reduce(0) { $0 + Int(g[n, $1]) * Int(layer.weight[i, $1]) }
    }
    #expect(Dense.inputGradient(weight: layer.weight, outputGradient: g) == inputGradient)

    var gradient = layer
    Dense.accumulateGradients(x: x, outputGradient: g, into: &gradient)
    let weight = table(i, o) { i, o in
      (0..<n).reduce(Int(layer.weight[i, o])) { $0 + Int(x[$1, i]) * Int(g[$1, o]) }
    }
    let bias = table(1, o) { _, o in
      (0..<n).reduce(Int(layer.bias[0, o])) { $0 + Int(g[$1, o]) }
    }
    #expect(gradient == Parameters(weight: weight, bias: bias))
  }

  /// One element by the contract: a fold of fused multiply-adds in a given order.
  private func fold(
    _ start: Float, _ order: some Sequence<Int>, _ factors: (Int) -> (Float, Float)
  ) -> Float {
    order.reduce(start) { sum, index in
      let (a, b) = factors(index)
      return sum.addingProduct(a, b)
    }
  }

  private func expectFold(
    _ actual: Matrix<Float>, count: Int, start: (Int, Int) -> Float,
    _ factors: (Int, Int, Int) -> (Float, Float)
  ) {
    func all(_ order: [Int]) -> [Float] {
      (0..<actual.rows).flatMap { row in
        (0..<actual.columns).map { column in
          fold(start(row, column), order) { factors(row, column, $0) }
        }
      }
    }
    #expect(difference(actual.elements, all(Array(0..<count))) == nil)
    #expect(difference(actual.elements, all((0..<count).reversed())) != nil)
  }

  /// The bits are those of the ascending fold, and another order would give others.
  @Test func foldsInAscendingOrder() {
    var random = RandomNumbers(seed: 77)
    let x: Matrix<Float> = random.rough(rows: 19, columns: 40)
    let layer = Parameters<Float>(
      weight: random.rough(rows: 40, columns: 23), bias: random.rough(rows: 1, columns: 23))
    let g: Matrix<Float> = random.rough(rows: 19, columns: 23)
    expectFold(
      Dense.forward(x, with: layer), count: 40, start: { _, o in layer.bias[0, o] },
      { n, o, i in (x[n, i], layer.weight[i, o]) })
    expectFold(
      Dense.inputGradient(weight: layer.weight, outputGradient: g), count: 23,
      start: { _, _ in 0 }, { n, i, o in (layer.weight[i, o], g[n, o]) })
    var gradient = layer
    Dense.accumulateGradients(x: x, outputGradient: g, into: &gradient)
    expectFold(
      gradient.weight, count: 19, start: { i, o in layer.weight[i, o] },
      { i, o, n in (x[n, i], g[n, o]) })
    expectFold(
      gradient.bias, count: 19, start: { _, o in layer.bias[0, o] }, { _, o, n in (1, g[n, o]) })
  }

  /// |ŷ − y| ≤ γₙ (|b| + Σ|x||W|) with γₙ = n u/(1 − n u), one rounding per input (Higham, section
  /// 3.1).
  @Test(arguments: [1, 10, 1000])
  func roundsWithinGamma(_ inputs: Int) {
    var random = RandomNumbers(seed: UInt64(inputs))
    let x: Matrix<Float> = random.matrix(rows: 4, columns: inputs)
    let layer = Parameters<Float>(
      weight: random.matrix(rows: inputs, columns: 3), bias: random.matrix(rows: 1, columns: 3))
    let y = Dense.forward(x, with: layer)
    let u = Double(Float.ulpOfOne) / 2
    let gamma = Double(inputs) * u / (1 - Double(inputs) * u)
    for n in 0..<4 {
      for o in 0..<3 {
        var exact = Double(layer.bias[0, o])
        var magnitude = exact.magnitude
        for i in 0..<inputs {
          let product = Double(x[n, i]) * Double(layer.weight[i, o])
          exact += product
          magnitude += product.magnitude
        }
        #expect(excess([Double(y[n, o])], [exact], bounds: [gamma * magnitude]) == nil)
      }
    }
  }

  /// From the other side: 1 + 2⁻²⁴ + 2⁻²⁴ + … never moves, which is all of the bound.
  @Test func anAdversaryReachesGamma() {
    let count = 1000
    let x = Matrix<Float>(rows: 1, columns: count, filledWith: 0x1p-12)
    let layer = Parameters<Float>(
      weight: Matrix(rows: count, columns: 1, filledWith: 0x1p-12),
      bias: Matrix(rows: 1, columns: 1, filledWith: 1))
    let error = 1 + Double(count) * 0x1p-24 - Double(Dense.forward(x, with: layer)[0, 0])
    let gamma = Double(count) * 0x1p-24 / (1 - Double(count) * 0x1p-24)
    let bound = gamma * (1 + Double(count) * 0x1p-24)
    #expect(error <= bound && error > 0.99 * bound)
  }
}
