/// Clipping by the global norm (Pascanu, Mikolov & Bengio 2013, algorithm 1).
enum GradientClipping {
  /// Folds the squares of a summed gradient [rows, columns] down each column, into [1, columns].
  static func square(_ gradient: PanelMatrix, into squares: PanelMatrix, panels: Range<Int>) {
    for panel in panels {
      let lines = gradient.panel(panel)
      var sum = Lanes.zero
      for row in 0..<gradient.rows { sum = sum.addingProduct(lines[row], lines[row]) }
      squares.panel(panel)[0] = sum
    }
  }

  /// The factor on a summed gradient: 1/divisor, and smaller where the mean gradient's norm is above
  /// `limit`.
  ///
  /// As in PyTorch, the coefficient is limit/(norm + 1e-6). The folded squares are added over
  /// columns and parameters in order.
  static func factor(squares: [PanelMatrix], divisor: Float, limit: Double?) -> Float {
    let mean = 1 / divisor
    guard let limit else { return mean }
    var total: Float = 0
    for columns in squares {
      for column in 0..<columns.columns { total += columns[0, column] }
    }
    let coefficient = Float(limit) / (total.squareRoot() * mean + 1e-6)
    return coefficient < 1 ? mean * coefficient : mean
  }
}
