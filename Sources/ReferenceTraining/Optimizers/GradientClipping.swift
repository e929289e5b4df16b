/// Clipping by the global norm (Pascanu, Mikolov & Bengio 2013, algorithm 1).
enum GradientClipping {
  /// The factor on a summed gradient: 1/divisor, and smaller where the mean gradient's norm is above
  /// `limit`.
  ///
  /// As in PyTorch, the coefficient is limit/(norm + 1e-6). The squares fold down each column and
  /// then over columns and parameters in order, which lets columns be folded side by side.
  static func factor<S>(of gradients: [Parameters<S>], divisor: S, limit: Double?) -> S {
    let mean = S(1.0) / divisor
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
