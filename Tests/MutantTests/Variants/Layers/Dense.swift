// Wrong sums of the dense layer's gradients, which end too early or start elsewhere.

extension Dense {
  static func inputGradient<S>(weight: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let transposedWeight =
      variant("the input's gradient reads W as if it were transposed already")
      ? Matrix(rows: weight.columns, columns: weight.rows, elements: weight.elements)
      : weight.transposed
    var samples = 0..<outputGradient.rows
    if variant("the input's gradient leaves out the last sample") { samples = samples.dropLast() }
    if variant("the input's gradient leaves out the last sample of an odd batch") {
      samples = samples.prefix(samples.count / 2 * 2)
    }
    var outputs = 0..<outputGradient.columns
    if variant("the input's gradient leaves out the last output") { outputs = outputs.dropLast() }
    if variant("the input's gradient leaves out the first output") { outputs = outputs.dropFirst() }
    var inputGradient = Matrix<S>(rows: outputGradient.rows, columns: weight.rows)
    for n in samples {
      let row = variant("the input's gradient is the first sample's for all") ? 0 : n
      for o in outputs {
        var factor = outputGradient[row, o]
        if variant("the input's gradient has the wrong sign") { factor = .zero - factor }
        inputGradient.addProduct(factor, row: o, of: transposedWeight, toRow: n)
      }
    }
    return inputGradient
  }

  static func accumulateGradients<S>(
    x: Matrix<S>, outputGradient: Matrix<S>, into gradient: inout Parameters<S>
  ) {
    if variant("the weights' gradient replaces what is there") { gradient.weight.clear() }
    var samples = 0..<x.rows
    if variant("the weights' gradient leaves out the last sample") { samples = samples.dropLast() }
    if variant("the weights' gradient leaves out the first sample") {
      samples = samples.dropFirst()
    }
    if variant("the weights' gradient leaves out the last sample of an odd batch") {
      samples = samples.prefix(x.rows / 2 * 2)
    }
    if variant("the weights' gradient takes samples by fours and forgets the rest") {
      samples = samples.prefix(x.rows / 4 * 4)
    }
    var inputs = 0..<x.columns
    if variant("the weights' gradient leaves out the last input") { inputs = inputs.dropLast() }
    let isLate = variant(
      "the weights' gradient pairs a sample with the output gradient of the one before")
    for i in inputs {
      for n in samples {
        var factor = x[n, i]
        if variant("the weights' gradient leaves out samples whose input is negative") {
          if factor <= .zero { continue }
        }
        if variant("the weights' gradient reads x as if it were transposed") {
          factor = x.elements[i * x.rows + n]
        }
        if variant("the weights' gradient has the wrong sign") { factor = .zero - factor }
        if variant("the weights' gradient is divided by the batch size") {
          factor = factor / S(Double(x.rows))
        }
        if variant("the weights' gradient is too large by a part in 2¹²") {
          factor = factor * S(1 + 0x1p-12)
        }
        let row = isLate ? max(n - 1, 0) : n
        gradient.weight.addProduct(factor, row: row, of: outputGradient, toRow: i)
      }
    }
    if variant("the bias's gradient replaces what is there") { gradient.bias.clear() }
    samples = 0..<x.rows
    if variant("the bias's gradient leaves out the last sample") { samples = samples.dropLast() }
    if variant("the bias's gradient leaves out the last sample of an odd batch") {
      samples = samples.prefix(x.rows / 2 * 2)
    }
    var outputs = 0..<outputGradient.columns
    if variant("the bias's gradient leaves out the last output") { outputs = outputs.dropLast() }
    if variant("the bias is forgotten") { outputs = 0..<0 }
    for n in samples {
      for o in outputs {
        var term = outputGradient[n, o]
        if variant("the bias's gradient is divided by the batch size") {
          term = term / S(Double(x.rows))
        }
        if variant("the bias's gradient has the wrong sign") { term = .zero - term }
        let isLast = variant("the bias's gradient is that of the last sample")
        gradient.bias[0, o] = isLast ? term : gradient.bias[0, o] + term
      }
    }
  }
}
