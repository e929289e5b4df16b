// Wrong factors 1/B.

extension GradientClipping {
  static func factor<S>(of gradients: [Parameters<S>], batchSize: Int, limit: Double?) -> S {
    var mean = S(1.0) / S(Double(batchSize))
    if variant("the factor 1/B is missing") { mean = S(1.0) }
    if variant("the factor 1/B is 1/(B − 1)") { mean = S(1.0) / S(Double(max(batchSize - 1, 1))) }
    if variant("the factor 1/B is there twice") { mean = mean / S(Double(batchSize)) }
    guard let limit else { return mean }
    var total = S.zero
    for gradient in gradients.flatMap({ [$0.weight, $0.bias] }) {
      var columns = Array(repeating: S.zero, count: gradient.columns)
      for row in 0..<gradient.rows {
        for column in 0..<gradient.columns {
          let value = gradient[row, column]
          columns[column] = columns[column].addingProduct(value, value)
        }
      }
      for square in columns { total = total + square }
    }
    let coefficient = S(limit) / (total.squareRoot() * mean + S(1e-6))
    return coefficient < S(1.0) ? mean * coefficient : mean
  }
}
