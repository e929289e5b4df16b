import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// `benchmarks energy`: energy and CO₂-equivalent of an image, in training and in inference.
enum EnergyBenchmark {
  private static var defaults: Scope.Defaults {
    Scope.Defaults(
      models: ["mlp-1"], optimizers: ["adam"], batchSizes: [1, 16, 64, 128],
      threads: Scope.allThreads, seconds: 1)
  }

  static let options = [
    Scope.models(default: "mlp-1"),
    Command.Option("--optimizers", "A,B", help: "of \(Scope.optimizerNames) (default adam)"),
    Scope.batchSizes([1, 16, 64, 128]), Scope.oneThreadCount,
    Command.Option("--seconds", "S", help: "measure each batch size for so long (default 1.0)"),
    CarbonOption.option,
  ]

  static let benchmark = Benchmark(
    name: "energy",
    summary: "joules and CO₂-equivalent of an image and an epoch, measured or modelled",
    duration: "about twenty seconds",
    discussion: """
      Counts the energy of training and of inference at each batch size, in turn, with
      the best source there is: the processor's counters, which count the whole
      machine, or else a model of busy time, with a band of ±40 %. Every row says
      which; one without a figure says why. Rounds whose energy is known in another
      way than most, or not at all, are left out, as modelled ones are while other
      programs run. Where ranges overlap, no ranking is claimed.
      """,
    options: options
  ) { arguments in
    let scope = try Scope(arguments, defaults)
    let intensity = try CarbonOption.intensity(arguments)
    return { try measure(scope, intensity, &$0) }
  }

  private static func measure(
    _ scope: Scope, _ intensity: CarbonIntensity, _ report: inout Report
  ) throws {
    let images = try Workload.images()
    report.begin("Energy")
    report.carbonIntensity = intensity
    for model in scope.models {
      for threads in scope.threads {
        var charts: [Chart] = []
        for optimizer in scope.optimizers {
          let workloads = try scope.batchSizes.map { batchSize in
            let workload = try Workload(
              model: model, optimizer: optimizer, batchSize: batchSize, images: images)
            try workload.configuration.validate(count: batchSize)
            try EngineComparison(workload, threads: [threads]).verify(.training)
            return workload
          }
          let name = "\(model.name), \(optimizer.name), training, threads: \(threads)"
          let contenders = try workloads.map { workload in
            let work = try Engine.optimized(threads: threads).begin(workload)
            return contender(workload, .training, threads) { work.time(steps: $0) }
          }
          charts.append(try show(name, contenders, scope, intensity, &report))
        }
        let name = "\(model.name), inference, threads: \(threads)"
        let contenders = try scope.batchSizes.map { batchSize in
          let workload = try Workload(
            model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
          try EngineComparison(workload, threads: [threads]).verify(.inference)
          let work = try Engine.optimized(threads: threads).begin(workload)
          return contender(workload, .inference, threads) { work.time(calls: $0) }
        }
        charts.append(try show(name, contenders, scope, intensity, &report))
        report.draw(charts)
      }
    }
    try report.say(legend(report.energies, intensity))
  }

  private static func contender(
    _ workload: Workload, _ task: EngineTask, _ threads: Int, time: @escaping (Int) -> Seconds
  ) -> EnergyContest.Contender {
    .init(
      labels: workload.labels(task, threads: threads, ["task": "\(task.rawValue) energy"]),
      images: workload.batchSize, time: time)
  }

  /// Measures the contenders, adds their table to the report, and returns their chart.
  private static func show(
    _ name: String, _ contenders: [EnergyContest.Contender], _ scope: Scope,
    _ intensity: CarbonIntensity, _ report: inout Report
  ) throws -> Chart {
    Console.progress("\(name), energy")
    // Whether there are figures is verified, not what they are worth on a machine at work.
    var contest = EnergyContest(
      contenders: contenders,
      meter: scope.isVerification ? EnergyMeter(others: { { false } }) : EnergyMeter())
    if scope.isVerification { contest.roundLength = Seconds(0.01) }
    let rows = try contest.measure(limit: scope.rule.timeLimit)
    report.energies += rows
    try report.show(EnergyTable.table("\(name), energy", rows, intensity))
    for text in [EnergyTable.notes(rows), EnergyRanking(rows).text] where !text.isEmpty {
      try report.say(text)
    }
    return EnergyTable.chart("\(name), energy", rows)
  }

  private static func legend(_ rows: [EnergyRow], _ intensity: CarbonIntensity) -> String {
    let sources = rows.map(\.perImage).filter { $0.joules != nil }.map(\.source).unique
    let obstacle = rows.lazy.compactMap(\.obstacle).first
    let isModelled = rows.contains { $0.perImage.provenance == .modelled }
    return (sources.isEmpty ? "" : "Energy by: \(sources.joined(separator: "; ")). ")
      + (isModelled ? EnergyModel.explanation(obstacle: obstacle) + " " : "")
      + "Energies and times are medians over rounds. From and to are a modelled energy's band, or the "
      + "95 % interval of a measured one's median; "
      + "measured ones are the whole machine's, what it draws when idle and for other programs among "
      + "them. "
      + "CO₂e is always modelled: \(intensity). An epoch is "
      + "\(NumberFormat.whole(Workload.epochSize)) images. "
      + "* 16 W × time, the model of the article “Effect of Batch Size”."
  }
}
