import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// `benchmarks training`: times a training step of both trainers.
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
      report.draw(
        try scope.optimizers.map {
          try EngineTables.show(.training, model, $0, images, scope, &report)
        })
    }
    try report.say(
      "\(SpeedTable.legend) An epoch is \(NumberFormat.whole(Workload.epochSize)) images, a shorter "
        + "last batch counted as a whole one. \(LimitTable.legend)")
  }
}

/// `benchmarks inference`: times a forward pass of both trainers.
enum InferenceBenchmark {
  private static let defaults = Scope.Defaults(batchSizes: [1, 64, 128], seconds: 1)

  static let benchmark = Benchmark(
    name: "inference", summary: "a forward pass by the reference and by the optimized trainer",
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
      report.draw([
        try EngineTables.show(.inference, model, .sgd(SGDSpec()), images, scope, &report)
      ])
    }
    try report.say("\(SpeedTable.legend) \(LimitTable.legend)")
  }
}
