import CommandLineTools
import Measurement
import OptimizedTraining
import Reporting
import TrainingCore

/// `benchmarks kernels`: times the products of matrices alone, against the processor's peak.
enum KernelsBenchmark {
  private static let defaults = Scope.Defaults(batchSizes: [1, 16, 64, 128, 256], seconds: 0.5)

  static let benchmark = Benchmark(
    name: "kernels",
    summary: "the products of the models' dense layers, as a share of the processor's peak",
    duration: "about half a minute",
    discussion: """
      Times the three products of each dense layer on one thread: forward, input
      gradient (not asked for before the first layer) and weight gradient. The peak is
      the rate of fused multiply-adds in registers, measured in turn with each
      product. Before that, a product's bits are compared with those of a plain loop.
      """,
    options: [Scope.models, Scope.batchSizes(defaults.batchSizes), Scope.seconds(defaults.seconds)]
  ) { arguments in
    let scope = try Scope(arguments, defaults)
    return { try run(scope, &$0) }
  }

  private static func run(_ scope: Scope, _ report: inout Report) throws {
    let peak = MultiplyAddPeak()
    let iterations = Rounds.repetitions(lasting: Seconds(0.001)) { peak.time(iterations: $0) }
    report.begin("Kernels")
    for layer in layers(of: scope.models) {
      var table = TextTable(
        caption: "\(layer.inputs) → \(layer.outputs), one thread",
        columns: [
          .left("product"), .right("batch"), .right("call", unit: "µs"), .right("±", unit: "%"),
          .right("rate", unit: "GFLOP/s"), .right("peak", unit: "GFLOP/s"),
          .right("of peak", unit: "%"), .right("±", unit: "%"), .right("rounds"),
        ])
      var shares: [Series] = []
      for product in layer.products {
        for batchSize in scope.batchSizes {
          Console.progress("\(layer.inputs) → \(layer.outputs) \(product.rawValue) \(batchSize)")
          let kernel = Kernel(layer: layer, product: product, count: batchSize)
          let (row, measured) = try measure(kernel, peak, iterations, scope.rule)
          table.rows.append(row)
          report.series += measured
          shares += measured.filter { $0.unit == shareUnit }
        }
      }
      try report.show(table)
      report.draw([chart(layer, shares)])
    }
    try report.say(
      "Medians; ± is half of the 95 % interval. A share of the peak is that of the peak of the same "
        + "round. Small batches use each weight few times: there the "
        + "memory is the limit, not the peak.")
  }

  private static let shareUnit = "of peak"

  /// The shares of the peak against the batch size, a line for each product.
  private static func chart(_ layer: KernelLayer, _ shares: [Series]) -> Chart {
    .overBatchSizes(
      "\(layer.inputs) → \(layer.outputs), one thread",
      yAxis: .init("per cent of the peak", includesZero: true),
      series: layer.products.enumerated().map { index, product in
        .init(
          product.rawValue,
          points: shares.filter { $0.labels["product"] == product.rawValue }.compactMap { share in
            share.batchSize.map {
              .init(batchSize: $0, median: share.median, interval: share.interval) { $0 * 100 }
            }
          }, color: index)
      })
  }

  /// Each dense layer that some model has, once, with the products that training asks for.
  static func layers(of models: [ModelSpec]) -> [KernelLayer] {
    var layers: [KernelLayer] = []
    for model in models {
      var isFirst = true
      for case .dense(let inputs, let outputs) in model.layers {
        let products = DenseProducts.Product.allCases.filter { !isFirst || $0 != .inputGradient }
        isFirst = false
        if let known = layers.firstIndex(where: { $0.inputs == inputs && $0.outputs == outputs }) {
          if products.count > layers[known].products.count { layers[known].products = products }
        } else {
          layers.append(KernelLayer(inputs: inputs, outputs: outputs, products: products))
        }
      }
    }
    return layers
  }

  /// A kernel's row, and the series of its calls, the peak, and its share of the peak.
  private static func measure(
    _ kernel: Kernel, _ peak: MultiplyAddPeak, _ iterations: Int, _ rule: StoppingRule
  ) throws -> (row: [TextTable.Cell], series: [Series]) {
    try kernel.verify()
    let calls = Rounds.repetitions(lasting: Seconds(0.002)) { kernel.time(calls: $0) }
    let operations = Double(kernel.operations)
    let rounds = try Rounds.measure(
      rule, judging: { [$0[2]] },
      round: {
        let peakTime = peak.time(iterations: iterations).value
        let peakRate = Double(iterations * peak.operationsPerIteration) / peakTime
        let call = kernel.time(calls: calls).value / Double(calls)
        return [call, peakRate, operations / call / peakRate]
      })
    let labels = [
      "task": "kernel", "layer": "\(kernel.layer.inputs)-\(kernel.layer.outputs)",
      "product": kernel.product.rawValue, "batch": String(kernel.count), "threads": "1",
    ]
    let call = Series(labels, unit: "s/call", samples: rounds[0], repetitions: calls)
    let peakRate = Series(labels.merging(["by": "peak"]) { $1 }, unit: "FLOP/s", samples: rounds[1])
    let share = Series(labels, unit: shareUnit, samples: rounds[2])
    let row: [TextTable.Cell] =
      [.text(kernel.product.rawValue), .count(kernel.count)] + call.cells(scale: 1e6, digits: 3) + [
        .figure(call.median.map { operations / $0 / 1e9 }),
        .figure(peakRate.median.map { $0 / 1e9 }),
      ] + share.cells(scale: 100, digits: 3) + [.count(call.samples.count)]
    return (row, [call, peakRate, share])
  }
}

/// The shape of a dense layer, and the products that training asks of it.
struct KernelLayer: Equatable {
  let inputs: Int
  let outputs: Int
  var products: [DenseProducts.Product]
}
