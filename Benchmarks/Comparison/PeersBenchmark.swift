import CommandLineTools
import Files
import Foundation
import Measurement
import OptimizedTraining
import Reporting
import TrainingCore

/// `benchmarks peers`: the same work by the optimized trainer, PyTorch and JAX.
enum PeersBenchmark {
  private static let inferenceSizes = [1, 64, 128]
  private static let defaults = Scope.Defaults(batchSizes: [1, 16, 64, 128, 256], seconds: 5)

  static let benchmark = Benchmark(
    name: "peers", summary: "the same work by the optimized trainer, PyTorch and JAX",
    duration: "about half an hour",
    discussion: """
      Times training steps from initial weights, and forward passes (at batch sizes 1,
      64 and 128 unless --batch-sizes is given), on the same images of clothing, all
      taking turns. Each peer does it in the fastest of its ways: PyTorch eagerly or
      compiled, images channels last or not, with subnormal numbers kept and flushed;
      JAX a pass or a step at a time. Before that, the losses of each way over some
      steps must be as near to those of a run in Double as rounding explains. Rounds
      in which other programs took the processors are left out. It runs with whichever
      peer is installed: Benchmarks/Peers/README.md says how.
      """,
    options: [
      PeerFinder.pythonOption, PeerFinder.folderOption, Scope.models, Scope.optimizers,
      Scope.batchSizes(defaults.batchSizes), Scope.threads, Scope.seconds(defaults.seconds),
    ]
  ) { arguments in
    let scope = try Scope(arguments, defaults)
    let finder = try PeerFinder(arguments)
    for model in scope.models { try Peer.requireKnown(model) }
    for optimizer in scope.optimizers {
      switch optimizer {
      case .sgd, .adam: break
      case .adamw, .rmsprop:
        throw CommandError.misuse(
          "\(Scope.optimizers.name) '\(optimizer.name)': peers have sgd and adam; leave it out")
      }
    }
    let sizes =
      arguments.has("--batch-sizes") || scope.isVerification ? scope.batchSizes : inferenceSizes
    return { try run(scope, finder, inferenceSizes: sizes, &$0) }
  }

  private static func run(
    _ scope: Scope, _ finder: PeerFinder, inferenceSizes sizes: [Int], _ report: inout Report
  ) throws {
    report.begin("Peers")
    let images = try Workload.images()
    let files = try PeerFiles()
    try report.say(
      "On \(MachineDescription.current.processor ?? "an unknown processor"), "
        + "\(NumberFormat.counted(ProcessInfo.processInfo.activeProcessorCount, "processor")); "
        + "no program is kept on certain ones.")
    var checks: [String: LossCheck] = [:]
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
      report.peers += peers.map(\.description)
      if index == 0 { try sayWhatIsLeftOut(of: peers) }
      let comparison = PeerComparison(
        peers: peers, threads: threads, files: files, rule: scope.rule)
      for model in scope.models {
        for optimizer in scope.optimizers {
          var table = PeerTable("\(model.name), \(optimizer.name), training", threads, "step")
          for batchSize in scope.batchSizes {
            let key = "\(model.name), \(optimizer.name), batch \(batchSize)"
            Console.progress("\(key), threads: \(threads)")
            let workload = try Workload(
              model: model, optimizer: optimizer, batchSize: batchSize, images: images)
            try workload.configuration.validate(count: batchSize)
            let check = try checks[key] ?? LossCheck(workload, images: images)
            checks[key] = check
            report.series += table.add(
              try comparison.training(workload, check), batchSize: batchSize)
          }
          try report.show(table.table)
        }
        var table = PeerTable("\(model.name), inference", threads, "call")
        for batchSize in sizes {
          Console.progress("\(model.name), inference, batch \(batchSize), threads: \(threads)")
          let workload = try Workload(
            model: model, optimizer: .sgd(SGDSpec()), batchSize: batchSize, images: images)
          report.series += table.add(
            try comparison.inference(workload), batchSize: batchSize)
        }
        try report.show(table.table)
      }
    }
    try report.say(PeerTable.legend)
  }

  /// Says once which ways of the peers can't be tried here.
  private static func sayWhatIsLeftOut(of peers: [Peer]) throws {
    let lines = peers.map(\.description).flatMap { peer in
      peer.leftOut.map {
        "\(peer.name) is tried without \($0.variant): \(Printable.line($0.reason))"
      }
    }
    for line in lines.unique { try Console.line(line + "\n") }
  }
}

/// A table of the optimized trainer and its peers at several batch sizes.
struct PeerTable {
  private(set) var table: TextTable

  /// Begins a table about some work that is timed by the step or the call.
  init(_ caption: String, _ threads: Int, _ unit: String) {
    table = TextTable(
      caption: "\(caption), threads: \(threads)",
      columns: [
        .right("batch"), .left("by"), .left("variant"), .right(unit, unit: "µs"),
        .right("±", unit: "%"), .right("time", unit: "× ours"), .right("from"), .right("to"),
        .right("rounds"),
      ])
  }

  /// Adds a row for each contender, Batchwise first; returns all series with the quotients.
  mutating func add(_ outcome: Contest.Outcome, batchSize: Int) -> [Series] {
    var series = outcome.times
    for (index, times) in outcome.times.enumerated() {
      let ratio = index == 0 ? nil : outcome.ratio(of: index, to: 0)
      if let ratio { series.append(ratio) }
      let isFlushed = times.labels["subnormals"] == "flushed"
      let variant = (times.labels["variant"] ?? "") + (isFlushed ? " flush" : "")
      table.rows.append(
        [.count(batchSize), .text(times.labels["by"] ?? ""), .text(variant)]
          + times.cells(scale: 1e6) + [
            .figure(ratio?.median), .figure(ratio?.interval?.lower),
            .figure(ratio?.interval?.upper), .text(Self.rounds(times)),
          ])
    }
    return series
  }

  /// The rounds, and what became of those that were disturbed.
  private static func rounds(_ times: Series) -> String {
    let count = times.samples.count
    if let disturbed = times.disturbedRounds, disturbed > 0 { return "\(count) busy" }
    guard let leftOut = times.leftOutRounds, leftOut > 0 else { return String(count) }
    return "\(count) of \(count + leftOut)"
  }

  /// The explanation below the tables.
  static let legend =
    "Medians; ± is half of the 95 % interval, in per cent. The last columns say how many times as "
    + "long a peer takes: the median of the rounds' quotients, and its 95 % interval. Each peer's "
    + "variant is the fastest of its own: nhwc has images channels last, flush makes all "
    + "subnormal numbers zero, of which Batchwise makes only state zero. 7 of 9 rounds: the others are left out, because other "
    + "programs took the processors. Where it says busy that went on for too long, and the figures "
    + "are to be taken again."
}
