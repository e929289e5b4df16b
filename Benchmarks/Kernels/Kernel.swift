import CommandLineTools
import Measurement
import OptimizedTraining
import TrainingCore

/// One product of one layer at one batch size, with operands to compute it from.
struct Kernel {
  let layer: KernelLayer
  let product: DenseProducts.Product
  /// The batch, N.
  let count: Int
  private let plain: PlainProducts
  private let products: DenseProducts

  init(layer: KernelLayer, product: DenseProducts.Product, count: Int) {
    self.layer = layer
    self.product = product
    self.count = count
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    plain = PlainProducts(
      count: count, inputs: Self.numbers(count * inputs, field: 0),
      weight: Self.numbers(inputs * outputs, field: 1), bias: Self.numbers(outputs, field: 2),
      outputGradient: Self.numbers(count * outputs, field: 3))
    products = DenseProducts(
      count: count, inputs: plain.inputs, weight: plain.weight, bias: plain.bias,
      outputGradient: plain.outputGradient)
  }

  /// The floating-point operations of a call, two a multiply-add.
  var operations: Int { 2 * count * layer.inputs * layer.outputs }

  /// Compares all bits with those of a plain loop.
  func verify() throws(CommandError) {
    products.clearGradient()
    products.compute(product)
    let found = products.result(of: product).map(\.bitPattern)
    let expected = plain.compute(product).map(\.bitPattern)
    guard found == expected else {
      throw .failure(
        "\(layer.inputs) → \(layer.outputs), \(product.rawValue), batch \(count): the bits differ "
          + "from a plain loop's, so there is nothing to time; run swift test")
    }
  }

  /// The time of a number of calls.
  func time(calls: Int) -> Seconds {
    Stopwatch.measure { for _ in 0..<calls { products.compute(product) } }.time
  }

  /// Numbers uniform in [−1, 1).
  private static func numbers(_ count: Int, field: Int) -> [Float] {
    let field = RandomField(seed: 1, purpose: .shuffle, layer: field)
    return (0..<count).map { Float(field.words(quad: $0)[0] >> 8) * 0x1p-23 - 1 }
  }
}

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
