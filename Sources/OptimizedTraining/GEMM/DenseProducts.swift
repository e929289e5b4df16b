/// The three products of a dense layer by themselves, on one thread, for benchmarks.
///
/// N batch, I inputs, O outputs; x [N, I], W [I, O], b [O], ∂L/∂y [N, O].
package final class DenseProducts: TeamWork, @unchecked Sendable {
  package enum Product: String, CaseIterable, Sendable {
    /// y = x W + b, [N, O].
    case forward
    /// ∂L/∂x = ∂L/∂y Wᵀ, [N, I], without the transpositions around it.
    case inputGradient = "input gradient"
    /// ∂L/∂W + xᵀ ∂L/∂y, [I, O], and the same for b.
    case weightGradient = "weight gradient"
  }

  private let count: Int
  private let parameters: Parameters
  private let x, y, outputGradient: PanelMatrix
  private let transposedOutputGradient, transposedInputGradient: PanelMatrix
  private let team = Team(size: 1)
  private var product = Product.forward

  /// Packs the operands of a batch of N, x, W, b and ∂L/∂y, which come in row order.
  package init(
    count: Int, inputs: [Float], weight: [Float], bias: [Float], outputGradient: [Float]
  ) {
    let (rows, columns) = (inputs.count / count, bias.count)
    self.count = count
    parameters = Parameters(rows: rows, columns: columns, slots: 0)
    x = PanelMatrix(rows: count, columns: rows, spreads: true)
    y = PanelMatrix(rows: count, columns: columns, spreads: true)
    self.outputGradient = PanelMatrix(rows: count, columns: columns, spreads: true)
    transposedOutputGradient = PanelMatrix(rows: columns, columns: count, spreads: true)
    transposedInputGradient = PanelMatrix(rows: rows, columns: count, spreads: true)
    parameters.weight.values.load(weight, rows: rows)
    parameters.bias.values.load(bias, rows: 1)
    x.load(inputs, rows: count)
    self.outputGradient.load(outputGradient, rows: count)
    for n in 0..<count {
      for o in 0..<columns { transposedOutputGradient[o, n] = outputGradient[n * columns + o] }
    }
  }

  /// Computes a product; the weight gradient adds to what is there.
  package func compute(_ product: Product) {
    self.product = product
    team.perform(self)
  }

  /// Sets the weight gradient to zero.
  package func clearGradient() {
    parameters.weight.gradient.clear()
    parameters.bias.gradient.clear()
  }

  /// The latest result, in row order.
  package func result(of product: Product) -> [Float] {
    switch product {
    case .forward: y.elements(rows: count)
    case .inputGradient:
      (0..<count).flatMap { n in (0..<x.columns).map { transposedInputGradient[$0, n] } }
    case .weightGradient: parameters.weight.gradient.elements(rows: x.columns)
    }
  }

  func work(as member: Member) {
    switch product {
    case .forward:
      Dense.forward(x, with: parameters, into: y, panels: 0..<y.panels, rows: 0..<count) { _, _ in }
    case .inputGradient:
      Dense.inputGradient(
        weight: parameters.weight.values, outputGradient: transposedOutputGradient,
        into: transposedInputGradient, features: 0..<x.columns, count: count
      ) { _, _ in }
    case .weightGradient:
      Dense.weightGradient(
        x: x, outputGradient: outputGradient, count: count, parameters: parameters, as: member
      ) { Accumulation($0.gradient) }
    }
  }
}
