import OptimizedTraining

/// A dense layer's operands, and its three products in plain loops.
///
/// Each element is one fold in ascending order, one rounding a step, as the arithmetic contract
/// says. The loops are nested so that the innermost runs over neighbours in memory.
struct PlainProducts {
  /// The batch, N.
  let count: Int
  /// x, [N, I].
  let inputs: [Float]
  /// W, [I, O].
  let weight: [Float]
  /// b, [O].
  let bias: [Float]
  /// ∂L/∂y, [N, O].
  let outputGradient: [Float]

  private var outputCount: Int { bias.count }
  private var inputCount: Int { inputs.count / count }

  /// A product in row order, as `DenseProducts` returns it.
  func compute(_ product: DenseProducts.Product) -> [Float] {
    switch product {
    case .forward:
      var y = (0..<count).flatMap { _ in bias }
      for n in 0..<count {
        for i in 0..<inputCount {
          Self.add(inputs[n * inputCount + i], weight, row: i, to: &y, row: n, outputCount)
        }
      }
      return y
    case .inputGradient:
      var transposed = [Float](repeating: 0, count: weight.count)
      for i in 0..<inputCount {
        for o in 0..<outputCount { transposed[o * inputCount + i] = weight[i * outputCount + o] }
      }
      var gradient = [Float](repeating: 0, count: inputs.count)
      for n in 0..<count {
        for o in 0..<outputCount {
          let factor = outputGradient[n * outputCount + o]
          Self.add(factor, transposed, row: o, to: &gradient, row: n, inputCount)
        }
      }
      return gradient
    case .weightGradient:
      var gradient = [Float](repeating: 0, count: weight.count)
      for i in 0..<inputCount {
        for n in 0..<count {
          let factor = inputs[n * inputCount + i]
          Self.add(factor, outputGradient, row: n, to: &gradient, row: i, outputCount)
        }
      }
      return gradient
    }
  }

  /// Adds a multiple of one matrix's row to another's.
  private static func add(
    _ factor: Float, _ source: [Float], row: Int, to target: inout [Float], row targetRow: Int,
    _ columns: Int
  ) {
    for column in 0..<columns {
      let index = targetRow * columns + column
      target[index] = target[index].addingProduct(factor, source[row * columns + column])
    }
  }
}
