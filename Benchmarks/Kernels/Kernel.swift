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

  /// Two a multiply-add.
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

  /// The time of so many calls.
  func time(calls: Int) -> Seconds {
    Stopwatch.measure { for _ in 0..<calls { products.compute(product) } }.time
  }

  /// Numbers uniform in [−1, 1).
  private static func numbers(_ count: Int, field: Int) -> [Float] {
    let field = RandomField(seed: 1, purpose: .shuffle, layer: field)
    return (0..<count).map { Float(field.words(quad: $0)[0] >> 8) * 0x1p-23 - 1 }
  }
}
