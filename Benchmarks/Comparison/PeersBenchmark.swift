import CommandLineTools
import Measurement
import OptimizedTraining
import Reporting
import TrainingCore

/// `benchmarks peers`: the same work by the optimized trainer, PyTorch and JAX.
enum PeersBenchmark {
  private static let trainingSizes = [1, 16, 64, 128, 256]
  private static let inferenceSizes = [1, 64, 128]
  private static let seconds = 5.0

  static let command = Command(
    name: "peers",
    summary: "the same work by the optimized trainer, PyTorch and JAX",
    duration: "about ten minutes",
    discussion: """
      Times training steps, and forward passes (at batch sizes 1, 64 and 128 unless
      --batch-sizes is given), on the same images of clothing, all taking turns.
      Before that, a peer's losses over some steps must be as near to those of a run
      in Double as rounding explains. It runs with whichever peer is installed:
      Benchmarks/Peers/README.md says how.
      """,
    options: [
      PeerFinder.pythonOption, PeerFinder.folderOption, Scope.models, Scope.optimizers,
      Scope.batchSizes(trainingSizes), Scope.threads, Scope.seconds(seconds), Scope.json,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let scope = try Scope(arguments, batchSizes: trainingSizes, seconds: seconds)
    let finder = try PeerFinder(arguments)
    for model in scope.models { _ = try Peer.widths(of: model) }
    for optimizer in scope.optimizers {
      if case .rmsprop = optimizer {
        throw CommandError.misuse(
          "\(Scope.optimizers.name) 'rmsprop': peers have sgd and adam; leave it out")
      }
    }
    let images = try Workload.images()
    let files = try PeerFiles()
    var descriptions: [PeerDescription] = []
    var series: [Series] = []
    var allowances: [String: LossAllowance] = [:]
    for (index, threads) in scope.threads.enumerated() {
      let peers = try finder.start(threads: threads, files: files) { name, reason in
        guard index == 0 else { return }
        try Console.line("\(name) takes no part: \(reason)\n")
      }
      guard !peers.isEmpty else {
        throw CommandError.failure(
          "there is no peer to compare with: install one as Benchmarks/Peers/README.md says under "
            + "\"PyTorch and JAX on the same work\", and name its Python with "
            + PeerFinder.pythonOption.name)
      }
      descriptions += peers.map(\.description)
      let comparison = PeerComparison(
        peers: peers, threads: threads, files: files, images: images, rule: scope.rule)
      for model in scope.models {
        for optimizer in scope.optimizers {
          var table = PeerTable("\(model.name), \(optimizer.name), training", threads, "step")
          for batchSize in scope.batchSizes {
            let key = "\(model.name), \(optimizer.name), batch \(batchSize)"
            Console.progress("\(key), threads: \(threads)")
            let workload = try Workload(
              model: model, optimizer: optimizer, batchSize: batchSize, images: images)
            let allowance =
              try allowances[key]
              ?? LossAllowance(workload, steps: min(PeerComparison.steps, workload.plan.count))
            allowances[key] = allowance
            series += table.add(
              try comparison.training(workload, allowance), batchSize: batchSize,
              operationsPerImage: workload.trainingOperationsPerImage)
          }
          Console.progress("")
          try Console.line(table.text)
        }
        let sizes =
          arguments.text("--batch-sizes") == nil ? inferenceSizes : scope.batchSizes
        var table = PeerTable("\(model.name), inference", threads, "call")
        for batchSize in sizes {
          Console.progress("\(model.name), inference, batch \(batchSize), threads: \(threads)")
          let workload = try Workload(
            model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
          series += table.add(
            try comparison.inference(workload), batchSize: batchSize,
            operationsPerImage: workload.inferenceOperationsPerImage)
        }
        Console.progress("")
        try Console.line(table.text)
      }
    }
    let results = Results(
      of: "peers", options: scope.given, load: scope.load, peers: descriptions, series: series)
    try Console.line("\(PeerTable.legend)\n\(results.provenance)")
    try scope.results?.write(results)
  }
}
