import CommandLineTools
import Reporting
import TrainingCore

/// What both trainers are timed at.
enum EngineTask: String {
  /// Steps of a training run.
  case training
  /// Forward passes in inference mode.
  case inference
}

/// The tables and the chart of both trainers' speed at one kind of work.
enum EngineTables {
  /// Verifies and times a model at each batch size, shows the tables, and returns the chart.
  static func show(
    _ task: EngineTask, _ model: ModelSpec, _ optimizer: OptimizerSpec, _ images: Examples,
    _ scope: Scope, _ report: inout Report
  ) throws -> Chart {
    let isTraining = task == .training
    let title = model.name + (isTraining ? ", \(optimizer.name), training" : ", inference")
    var speeds = SpeedTable(
      caption: title, unit: isTraining ? "step" : "call",
      epochSize: isTraining ? Workload.epochSize : nil)
    var limits = LimitTable(
      caption: "\(title), beside the machine's peaks", bandwidth: isTraining ? \.triad : \.read)
    var series: [Series] = []
    for batchSize in scope.batchSizes {
      Console.progress("\(title), batch \(batchSize)")
      let workload = try Workload(
        model: model, optimizer: optimizer, batchSize: batchSize, images: images)
      if isTraining { try workload.configuration.validate(count: batchSize) }
      let comparison = try EngineComparison(workload, threads: scope.threads)
      try comparison.verify(task)
      let outcome = try comparison.time(task, scope.rule)
      speeds.add(outcome.contest, engines: comparison.engines, batchSize: batchSize)
      limits.add(
        outcome, engines: comparison.engines, batchSize: batchSize,
        operations: batchSize
          * (isTraining
            ? workload.trainingOperationsPerImage : workload.inferenceOperationsPerImage),
        bytes: isTraining ? workload.trainingBytesPerStep : workload.inferenceBytesPerCall,
        peaks: comparison.engines.map {
          report.peaks(threads: $0.threads, isQuick: scope.isVerification)
        })
      series += outcome.contest.times
      report.series += outcome.series
    }
    try report.show(speeds.table)
    try report.show(limits.table)
    return SpeedChart.imagesPerSecond(title, series)
  }
}
