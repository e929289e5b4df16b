/// The dense layer: y = x W + b, with x [N, I], W [I, O], b [1, O] and y [N, O].
///
/// Every sum folds in ascending order of its index, one fused multiply-add at a time (arithmetic
/// contract, 2 to 4); the loops are nested so that the innermost runs over neighbours in memory.
enum Dense {
  /// y[n, o] = b[o] + Σᵢ x[n, i] W[i, o].
  static func forward<S>(_ x: Matrix<S>, with parameters: Parameters<S>) -> Matrix<S> {
    var y = Matrix<S>(rows: x.rows, columns: parameters.weight.columns)
    for n in 0..<x.rows {
      for o in 0..<y.columns { y[n, o] = parameters.bias[0, o] }
      for i in 0..<x.columns { y.addProduct(x[n, i], row: i, of: parameters.weight, toRow: n) }
    }
    return y
  }

  /// ∂L/∂x[n, i] = Σₒ ∂L/∂y[n, o] W[i, o].
  ///
  /// The weights are transposed first, so that neighbours in i are neighbours in memory.
  static func inputGradient<S>(weight: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let transposedWeight = weight.transposed
    var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: weight.rows)
    for n in 0..<outputGradient.rows {
      for o in 0..<outputGradient.columns {
        inputGradient.addProduct(outputGradient[n, o], row: o, of: transposedWeight, toRow: n)
      }
    }
    return inputGradient
  }

  /// ∂L/∂W[i, o] += Σₙ x[n, i] ∂L/∂y[n, o] and ∂L/∂b[o] += Σₙ ∂L/∂y[n, o], from what the gradients
  /// already hold: so micro-batches, one after the other, have the bits of the whole batch.
  static func accumulateGradients<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    for i in 0..<x.columns {
      for n in 0..<x.rows {
        gradient.weight.addProduct(x[n, i], row: n, of: outputGradient, toRow: i)
      }
    }
    for n in 0..<x.rows {
      for o in 0..<outputGradient.columns {
        gradient.bias[0, o] = gradient.bias[0, o] + outputGradient[n, o]
      }
    }
  }
}
