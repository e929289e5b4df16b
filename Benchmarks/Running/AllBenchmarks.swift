import CommandLineTools

/// `benchmarks all`: one run of everything that needs nothing installed, and one file of it.
enum AllBenchmarks {
  /// The benchmarks that it runs, in this order.
  static let parts = [
    KernelsBenchmark.benchmark, TrainingBenchmark.benchmark, LatencyBenchmark.benchmark,
    EnergyBenchmark.benchmark,
  ]

  static let benchmark = Benchmark(
    name: "all",
    summary: "kernels, training, latency and energy in one run, with one file of results",
    duration: "about three minutes",
    discussion: """
      Runs \(parts.map(\.name).joined(separator: ", ")), one after the other. What an
      option doesn't say is each one's own default, which its --help has.
      """,
    options: options
  ) { arguments in
    let jobs = try parts.map { try $0.prepare(arguments) }
    return { report in
      for job in jobs { try job(&report) }
    }
  }

  private static let options: [Command.Option] = {
    let help = [
      "--models": "models, such as lenet or mlp:784-128-10",
      "--optimizers": "of \(Scope.optimizerNames)", "--batch-sizes": "samples at a time",
      "--threads": "threads of the optimized trainer",
      "--seconds": "stop a measurement after so long",
    ]
    let all = parts.flatMap(\.options)
    return all.map(\.name).unique.compactMap { name in
      all.first { $0.name == name }.map {
        .init(name, $0.placeholder, help: help[name] ?? $0.help)
      }
    }
  }()
}
