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
    return try time(.training, workload) { peer, passes in
      try peer.train(passes: passes, steps: passes * workload.plan.count)
    }
  }

  /// Times inference.
  func inference(_ workload: Workload) throws -> Contest.Outcome {
    for peer in peers { try peer.prepare(workload, files: files) }
    return try time(.inference, workload) { peer, passes in
      try peer.infer(passes: passes, calls: passes * workload.plan.count)
    }
  }

  /// Times Batchwise and the peers in turn; a contender's repetition is a pass over the images.
  private func time(
    _ task: EngineTask, _ workload: Workload, _ peerTime: @escaping (Peer, Int) throws -> Seconds
  ) throws -> Contest.Outcome {
    let batches = workload.plan.count
    let ours = try Engine.optimized(threads: threads).begin(workload)
    func contender(_ name: String, _ time: @escaping (Int) throws -> Seconds) -> Contest.Contender {
      .init(labels: workload.labels(task, threads: threads, ["by": name])) { passes in
        Thread.sleep(forTimeInterval: Self.pause)
        return try time(passes)
      }
    }
    let us = contender("Batchwise") {
      task == .training ? ours.time(steps: $0 * batches) : ours.time(calls: $0 * batches)
    }
    return try Contest.run(
      [us] + peers.map { peer in contender(peer.description.name) { try peerTime(peer, $0) } },
      rule, samplesLasting: Self.sampleLength, unit: task.unit,
      unitsPerRepetition: batches)
  }
}
