import CommandLineTools
import Foundation
import Measurement
import OptimizedTraining
import TrainingCore

/// The optimized trainer and peers at the same work, with the same number of threads.
struct PeerComparison {
  let peers: [Peer]
  let threads: Int
  let files: PeerFiles
  let images: Examples
  let rule: StoppingRule

  /// Steps whose losses are checked.
  static let steps = 4
  /// A peer's answer comes over a pipe; what it measures is long beside that.
  private static let sampleLength = Seconds(0.05)
  /// Threads of the one before may still be looking for work; they give up within this time.
  private static let pause = 0.01

  /// Checks the peers' losses, then times training.
  ///
  /// - Throws: `CommandError` where a peer fails or computes something else.
  func training(_ workload: Workload, _ allowance: LossAllowance) throws -> Contest.Outcome {
    for peer in peers {
      try peer.prepare(workload, files: files)
      let losses = try peer.losses(steps: allowance.truth.count)
      if let step = allowance.firstViolation(in: losses) {
        throw CommandError.failure(
          "\(peer.description.name), \(workload.model.name), \(workload.optimizer.name), batch "
            + "\(workload.batchSize): its loss before step \(step + 1) is \(losses[step]), not "
            + "\(allowance.truth[step]) ± \(allowance.allowance[step]), so it does other work")
      }
    }
    let batches = workload.plan.count
    let ours = try Engine.optimized(threads: threads).begin(workload)
    return try run(
      workload, task: "training", unit: "step",
      ours: { ours.time(steps: $0 * batches) },
      peers: { peer, passes in try peer.train(passes: passes, steps: passes * batches) })
  }

  /// Times inference.
  func inference(_ workload: Workload) throws -> Contest.Outcome {
    for peer in peers { try peer.prepare(workload, files: files) }
    let batches = workload.plan.count
    let ours = try Engine.optimized(threads: threads).begin(workload)
    return try run(
      workload, task: "inference", unit: "call",
      ours: { ours.time(calls: $0 * batches) },
      peers: { peer, passes in try peer.infer(passes: passes, calls: passes * batches) })
  }

  /// Takes turns, us first; a contender's unit of work is a pass over the images.
  private func run(
    _ workload: Workload, task: String, unit: String, ours: @escaping (Int) -> Seconds,
    peers time: @escaping (Peer, Int) throws -> Seconds
  ) throws -> Contest.Outcome {
    func labels(_ name: String) -> [String: String] {
      var labels = [
        "task": task, "model": workload.model.name, "batch": String(workload.batchSize),
        "by": name, "threads": String(threads),
      ]
      if task == "training" { labels["optimizer"] = workload.optimizer.name }
      return labels
    }
    let us = Contest.Contender(labels: labels("Batchwise")) { passes in
      Thread.sleep(forTimeInterval: Self.pause)
      return ours(passes)
    }
    let them = peers.map { peer in
      Contest.Contender(labels: labels(peer.description.name)) { passes in
        Thread.sleep(forTimeInterval: Self.pause)
        return try time(peer, passes)
      }
    }
    return try Contest.run(
      [us] + them, rule, samplesLasting: Self.sampleLength, unit: unit,
      unitsPerRepetition: workload.plan.count)
  }
}
