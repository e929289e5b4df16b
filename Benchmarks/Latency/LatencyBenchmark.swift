import CommandLineTools
import Measurement
import OptimizedTraining
import ReferenceTraining
import Reporting
import TrainingCore

/// `benchmarks latency`: times single forward passes of models trained with different batch sizes.
enum LatencyBenchmark {
  private static var defaults: Scope.Defaults {
    Scope.Defaults(
      models: ["mlp-1"], batchSizes: [1, 16, 64, 128], threads: Scope.allThreads, seconds: 2)
  }

  /// The options of this benchmark alone.
  struct Options {
    /// The batch sizes that models are trained with before.
    var trainingSizes: [Int]
    /// The steps of each training.
    var steps: Int
    /// How many copies of each trained model are measured.
    var copies: Int

    static let all = [
      Command.Option(
        "--training-batch-sizes", "A,B", help: "train a model with each before (default 1,128)"),
      Command.Option("--training-steps", "N", help: "for so many steps (default 64)"),
      Command.Option(
        "--copies", "N",
        help: "copies of each model, whose weights lie elsewhere in memory (default 7, which "
          + "benchmarks compare needs at least)"),
    ]

    init(_ arguments: Arguments) throws(CommandError) {
      let isVerification = arguments.has(Scope.verify.name)
      trainingSizes =
        try arguments.integers("--training-batch-sizes", in: 1...Workload.imageCount)
        ?? (isVerification ? [1, 8] : [1, 128])
      steps = try arguments.integer("--training-steps", in: 1...1_000_000) ?? 64
      copies = try arguments.integer("--copies", in: 1...64) ?? 7
    }
  }

  static let benchmark = Benchmark(
    name: "latency",
    summary: "forward passes call by call: median, 90th and 99th percentile, with intervals",
    duration: "about fifteen seconds",
    discussion: """
      Trains models of one kind with different batch sizes, then times their forward
      passes in turn at each inference batch size, on rotating images: latency depends
      on the inference batch size, not on the training's. Before that, every copy must
      give the reference's outputs, bit for bit.
      """,
    options: [
      Scope.models(default: "mlp-1"), Scope.batchSizes([1, 16, 64, 128]), Scope.oneThreadCount,
      Scope.seconds(2),
    ] + Options.all
  ) { arguments in
    let scope = try Scope(arguments, defaults)
    let options = try Options(arguments)
    return { try measure(scope, options, &$0) }
  }

  private static func measure(_ scope: Scope, _ options: Options, _ report: inout Report) throws {
    let images = try Workload.images()
    let clockCost = Stopwatch.cost()
    report.begin("Latency")
    for model in scope.models {
      Console.progress("\(model.name), training")
      let states = try options.trainingSizes.map {
        try trained(model, batchSize: $0, steps: options.steps, images: images)
      }
      for threads in scope.threads {
        var rows: [LatencyRow] = []
        for batchSize in scope.batchSizes {
          Console.progress("\(model.name), inference, batch \(batchSize), threads: \(threads)")
          let workload = try Workload(
            model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
          let contest = try LatencyContest<OptimizedTrainer>(
            states, workload.configuration, copies: options.copies, threads: threads, workload)
          let expected = try states.map { state in
            try ReferenceTrainer<Float>(workload.configuration, state: state).outputs(
              for: contest.batches[0])
          }
          try contest.verify(against: expected)
          let times = try contest.measure(limit: scope.rule.timeLimit)
          rows += zip(options.trainingSizes, times).map { trainingSize, copies in
            LatencyRow(
              workload.labels(
                .inference, threads: threads,
                ["task": "latency", "trained at": String(trainingSize)]),
              copies: copies.compactMap(LatencySample.init(calls:)).map {
                LatencySummary($0, batchSize: batchSize, clockCost: clockCost)
              })
          }
        }
        report.latencies += rows
        let caption = "\(model.name), inference, threads: \(threads)"
        try report.show(LatencyTables.percentiles("\(caption), all calls", rows))
        try report.show(LatencyTables.sideBySide("\(caption), medians of copies", rows))
        report.draw([LatencyTables.chart("\(caption), latency", rows)])
      }
    }
    try report.say(legend(clockCost, report.latencies, options))
  }

  /// A model's state after some steps of plain gradient descent.
  private static func trained(
    _ model: ModelSpec, batchSize: Int, steps: Int, images: Examples
  ) throws -> ModelState {
    let workload = try Workload(
      model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
    do {
      try workload.configuration.validate(count: batchSize)
    } catch {
      throw CommandError.failure("--training-batch-sizes \(batchSize), \(model.name): \(error)")
    }
    let trainer = try TimedTrainer(workload) { () throws(ModelError) in
      try OptimizedTrainer(workload.configuration)
    }
    trainer.train(steps: steps)
    return trainer.state
  }

  private static func legend(
    _ clockCost: Seconds, _ rows: [LatencyRow], _ options: Options
  ) -> String {
    let share = rows.compactMap { $0.summary?.clockShare }.max() ?? 0
    return "Trained for \(options.steps) steps before. From and to are 95 % intervals by order "
      + "statistics: of percentiles over the calls of these copies, and of the median over copies, "
      + "which differ in where their weights lie in memory. “–” marks percentiles that need more "
      + "calls. An image's share of a call is no waiting time: its result is there when its "
      + "batch's is. Every call has other images than the one before, and follows one that isn't "
      + "timed. Reading the clock costs \(clockCost), at most "
      + "\(NumberFormat.significant(2).string(share * 100)) % of a median call, which is not "
      + "subtracted."
  }
}
