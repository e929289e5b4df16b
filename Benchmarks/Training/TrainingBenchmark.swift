import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// `benchmarks training`: a training step, by both trainers.
enum TrainingBenchmark {
  private static let batchSizes = [1, 16, 64, 128, 256]
  private static let seconds = 1.0

  static let command = Command(
    name: "training",
    summary: "a training step by the reference and by the optimized trainer",
    duration: "one to two minutes",
    discussion: """
      Times forward, backward and update as a training run does them, batch after
      batch of images of clothing, the trainers taking turns. Before that, each trains
      for three steps, and all must have the same weights and optimizer state, bit for
      bit.
      """,
    options: [
      Scope.models, Scope.optimizers, Scope.batchSizes(batchSizes), Scope.threads,
      Scope.seconds(seconds), Scope.json,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let scope = try Scope(arguments, batchSizes: batchSizes, seconds: seconds)
    let images = try Workload.images()
    var series: [Series] = []
    for model in scope.models {
      for optimizer in scope.optimizers {
        var table = ComparisonTable(caption: "\(model.name), \(optimizer.name)", unit: "step")
        for batchSize in scope.batchSizes {
          Console.progress("\(model.name), \(optimizer.name), batch \(batchSize)")
          let workload = try Workload(
            model: model, optimizer: optimizer, batchSize: batchSize, images: images)
          try workload.configuration.validate(count: batchSize)
          let comparison = try EngineComparison(workload, threads: scope.threads)
          try comparison.verifyTraining()
          let outcome = try comparison.timeTraining(scope.rule)
          table.add(
            outcome, engines: comparison.engines, batchSize: batchSize,
            operationsPerImage: workload.trainingOperationsPerImage)
          series += outcome.times + comparison.ratios(in: outcome)
        }
        Console.progress("")
        try Console.line(table.text)
      }
    }
    let results = Results(of: "training", options: scope.given, load: scope.load, series: series)
    try Console.line("\(ComparisonTable.legend)\n\(results.provenance)")
    try scope.results?.write(results)
  }
}
