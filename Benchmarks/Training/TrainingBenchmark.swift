import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// `benchmarks training`: a training step, by both trainers.
enum TrainingBenchmark {
  private static let defaults = Scope.Defaults(batchSizes: [1, 16, 64, 128, 256], seconds: 1)

  static let benchmark = Benchmark(
    name: "training",
    summary: "a training step and an epoch, by the reference and by the optimized trainer",
    duration: "one to two minutes",
    discussion: """
      Times forward, backward and update as a training run does them, batch after
      batch of images of clothing, the trainers taking turns. Before that, each trains
      for three steps, and all must have the same weights and optimizer state, bit for
      bit. Rates stand beside the machine's peaks: that of multiply-adds is measured
      in turn with the trainers, the memory's once.
      """,
    options: [
      Scope.models, Scope.optimizers, Scope.batchSizes(defaults.batchSizes), Scope.threads,
      Scope.seconds(defaults.seconds),
    ]
  ) { arguments in
    let scope = try Scope(arguments, defaults)
    return { try measure(scope, &$0) }
  }

  private static func measure(_ scope: Scope, _ report: inout Report) throws {
    let images = try Workload.images()
    report.begin("Training")
    for model in scope.models {
      var charted: [Chart] = []
      for optimizer in scope.optimizers {
        let name = "\(model.name), \(optimizer.name)"
        var speeds = SpeedTable(
          caption: "\(name), training", unit: "step", epochSize: Workload.epochSize)
        var limits = LimitTable(
          caption: "\(name), training, beside the machine's peaks", bandwidth: \.triad)
        var series: [Series] = []
        for batchSize in scope.batchSizes {
          Console.progress("\(name), batch \(batchSize)")
          let workload = try Workload(
            model: model, optimizer: optimizer, batchSize: batchSize, images: images)
          try workload.configuration.validate(count: batchSize)
          let comparison = try EngineComparison(workload, threads: scope.threads)
          try comparison.verifyTraining()
          let outcome = try comparison.timeTraining(scope.rule)
          speeds.add(outcome.contest, engines: comparison.engines, batchSize: batchSize)
          limits.add(
            outcome, engines: comparison.engines, batchSize: batchSize,
            operations: batchSize * workload.trainingOperationsPerImage,
            bytes: workload.trainingBytesPerStep,
            peaks: comparison.engines.map {
              report.peaks(threads: $0.threads, isQuick: scope.isVerification)
            })
          series += outcome.contest.times
          report.series += outcome.series
        }
        try report.show(speeds.table)
        try report.show(limits.table)
        charted.append(SpeedChart.imagesPerSecond("\(name), training", series))
      }
      report.draw(charted)
    }
    let epochSize = NumberFormat.decimals(0).string(Double(Workload.epochSize))
    try report.say(
      "\(SpeedTable.legend) An epoch is \(epochSize) images, a shorter last batch counted as a "
        + "whole one. \(LimitTable.legend)")
  }
}
