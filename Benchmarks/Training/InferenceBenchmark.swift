import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// `benchmarks inference`: a forward pass, by both trainers.
enum InferenceBenchmark {
  private static let batchSizes = [1, 64, 128]
  private static let seconds = 1.0

  static let command = Command(
    name: "inference",
    summary: "a forward pass by the reference and by the optimized trainer",
    duration: "about half a minute",
    discussion: """
      Times forward passes in inference mode, batch after batch of images of clothing,
      the trainers taking turns. Before that, all must give the same outputs, bit for
      bit.
      """,
    options: [
      Scope.models, Scope.batchSizes(batchSizes), Scope.threads, Scope.seconds(seconds), Scope.json,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let scope = try Scope(arguments, batchSizes: batchSizes, seconds: seconds)
    let images = try Workload.images()
    var series: [Series] = []
    for model in scope.models {
      var table = ComparisonTable(caption: model.name, unit: "call")
      for batchSize in scope.batchSizes {
        Console.progress("\(model.name), batch \(batchSize)")
        let workload = try Workload(
          model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
        let comparison = try EngineComparison(workload, threads: scope.threads)
        try comparison.verifyInference()
        let outcome = try comparison.timeInference(scope.rule)
        table.add(
          outcome, engines: comparison.engines, batchSize: batchSize,
          operationsPerImage: workload.inferenceOperationsPerImage)
        series += outcome.times + comparison.ratios(in: outcome)
      }
      Console.progress("")
      try Console.line(table.text)
    }
    let results = Results(of: "inference", options: scope.given, load: scope.load, series: series)
    try Console.line("\(ComparisonTable.legend)\n\(results.provenance)")
    try scope.results?.write(results)
  }
}
