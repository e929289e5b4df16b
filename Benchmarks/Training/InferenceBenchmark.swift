import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// `benchmarks inference`: a forward pass, by both trainers.
enum InferenceBenchmark {
  private static let defaults = Scope.Defaults(batchSizes: [1, 64, 128], seconds: 1)

  static let benchmark = Benchmark(
    name: "inference",
    summary: "a forward pass by the reference and by the optimized trainer",
    duration: "about half a minute",
    discussion: """
      Times forward passes in inference mode, batch after batch of images of clothing,
      the trainers taking turns. Before that, all must give the same outputs, bit for
      bit. For latency call by call, with percentiles, see benchmarks latency.
      """,
    options: [
      Scope.models, Scope.batchSizes(defaults.batchSizes), Scope.threads,
      Scope.seconds(defaults.seconds),
    ]
  ) { arguments in
    let scope = try Scope(arguments, defaults)
    return { try measure(scope, &$0) }
  }

  private static func measure(_ scope: Scope, _ report: inout Report) throws {
    let images = try Workload.images()
    report.begin("Inference")
    for model in scope.models {
      var speeds = SpeedTable(caption: "\(model.name), inference", unit: "call", epochSize: nil)
      var limits = LimitTable(
        caption: "\(model.name), inference, beside the machine's peaks", bandwidth: \.read)
      var series: [Series] = []
      for batchSize in scope.batchSizes {
        Console.progress("\(model.name), inference, batch \(batchSize)")
        let workload = try Workload(
          model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
        let comparison = try EngineComparison(workload, threads: scope.threads)
        try comparison.verifyInference()
        let outcome = try comparison.timeInference(scope.rule)
        speeds.add(outcome.contest, engines: comparison.engines, batchSize: batchSize)
        limits.add(
          outcome, engines: comparison.engines, batchSize: batchSize,
          operations: batchSize * workload.inferenceOperationsPerImage,
          bytes: workload.inferenceBytesPerCall,
          peaks: comparison.engines.map {
            report.peaks(threads: $0.threads, isQuick: scope.isVerification)
          })
        series += outcome.contest.times
        report.series += outcome.series
      }
      try report.show(speeds.table)
      try report.show(limits.table)
      report.draw([SpeedChart.imagesPerSecond("\(model.name), inference", series)])
    }
    try report.say("\(SpeedTable.legend) \(LimitTable.legend)")
  }
}
