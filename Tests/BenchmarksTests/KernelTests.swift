import OptimizedTraining
import Testing
import TrainingCore

@testable import benchmarks

@Suite struct KernelTests {
  /// Integers, so that every sum is exact: 2 samples, 2 inputs, 3 outputs.
  @Test func `plain loops compute the products of a dense layer`() {
    let plain = PlainProducts(
      count: 2, inputs: [1, 2, 3, 4], weight: [1, 2, 3, 4, 5, 6], bias: [10, 20, 30],
      outputGradient: [1, 0, 2, 0, 1, 3])
    #expect(plain.compute(.forward) == [19, 32, 45, 29, 46, 63])
    #expect(plain.compute(.inputGradient) == [7, 16, 11, 23])
    #expect(plain.compute(.weightGradient) == [1, 3, 11, 2, 4, 16])
  }

  @Test(arguments: DenseProducts.Product.allCases, [1, 15, 16, 17])
  func bitsAreThoseOfThePlainLoop(product: DenseProducts.Product, count: Int) throws {
    let layer = KernelLayer(inputs: 33, outputs: 31, products: [product])
    let kernel = Kernel(layer: layer, product: product, count: count)
    try kernel.verify()
    // What was timed before doesn't count.
    _ = kernel.time(calls: 3)
    try kernel.verify()
    #expect(kernel.operations == 2 * 33 * 31 * count)
  }

  @Test func layersAreThoseOfTheModelsOnce() throws {
    let models = try ["mlp-1", "mlp-2"].map { try ModelSpec(named: $0) }
    let all = DenseProducts.Product.allCases
    #expect(
      KernelsBenchmark.layers(of: models) == [
        KernelLayer(inputs: 784, outputs: 1024, products: [.forward, .weightGradient]),
        KernelLayer(inputs: 1024, outputs: 10, products: all),
        KernelLayer(inputs: 1024, outputs: 1024, products: all),
      ])
    let square = try ModelSpec(named: "mlp:8-8-8")
    #expect(
      KernelsBenchmark.layers(of: [square]) == [KernelLayer(inputs: 8, outputs: 8, products: all)])
  }
}
