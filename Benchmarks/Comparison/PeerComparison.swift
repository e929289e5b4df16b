import CommandLineTools
import Foundation
import Measurement
import OptimizedTraining
import TrainingCore

/// The optimized trainer and peers at the same work, with the same number of threads.
///
/// A peer can do the work in several ways. Each is checked and tried, and the fastest takes part.
struct PeerComparison {
  let peers: [Peer]
  let threads: Int
  let files: PeerFiles
  let rule: StoppingRule

  /// A peer's answer comes over a pipe; what it measures is long beside that.
  private static let sampleLength = Seconds(0.05)
  /// Passes that a way is tried for.
  private static let trials = 3
  /// Threads of the one before may still be looking for work; they give up within this time.
  private static let pause = 0.01

  /// Checks the losses of all ways that the peers have, then times training from initial weights.
  func training(_ workload: Workload, _ check: LossCheck) throws -> Contest.Outcome {
    func train(_ peer: Peer, passes: Int) throws -> Seconds {
      try peer.train(passes: passes, steps: passes * workload.plan.count)
    }
    let variants = try peers.map { peer in
      try fastest(of: peer, workload) { variant in
        try peer.prepare(check.workload, variant: variant, files: files)
        try check.verify(peer, variant)
        if check.workload.batchSize != workload.batchSize {
          try peer.prepare(workload, variant: variant, files: files)
        }
        return try shortest { try train(peer, passes: 1) }
      }
    }
    return try time(.training, workload, variants, train)
  }

  /// Times inference.
  func inference(_ workload: Workload) throws -> Contest.Outcome {
    func infer(_ peer: Peer, passes: Int) throws -> Seconds {
      try peer.infer(passes: passes, calls: passes * workload.plan.count)
    }
    let variants = try peers.map { peer in
      try fastest(of: peer, workload) { variant in
        try peer.prepare(workload, variant: variant, files: files)
        return try shortest { try infer(peer, passes: 1) }
      }
    }
    return try time(.inference, workload, variants, infer)
  }

  /// Times Batchwise and the peers in turn; a contender's repetition is a pass over the images.
  ///
  /// Steps aren't alike, since a peer that keeps subnormal numbers gets slower as Adam's moments shrink:
  /// so every sample of training begins anew, and all contenders go through the images as often.
  private func time(
    _ task: EngineTask, _ workload: Workload, _ variants: [String],
    _ peerTime: @escaping (Peer, Int) throws -> Seconds
  ) throws -> Contest.Outcome {
    let batches = workload.plan.count
    let ours = try Engine.optimized(threads: threads).begin(workload)
    func contender(
      _ labels: [String: String], _ time: @escaping (Int) throws -> Seconds
    ) -> Contest.Contender {
      .init(labels: workload.labels(task, threads: threads, labels)) { passes in
        Thread.sleep(forTimeInterval: Self.pause)
        return try time(passes)
      }
    }
    let us = contender(["by": "Batchwise"]) { passes in
      guard task == .training else { return ours.time(calls: passes * batches) }
      try ours.restart()
      return ours.time(steps: passes * batches)
    }
    let others = zip(peers, variants).map { peer, variant in
      let labels = [
        "by": peer.description.name, "variant": variant,
        "subnormals": peer.description.subnormals,
      ]
      return contender(labels) { try peerTime(peer, $0) }
    }
    let load = OtherLoad(read: OtherLoad.system) {
      Seconds.ofProcess.map { peers.map(\.processorTime).reduce($0, +) }
    }
    return try Contest.run(
      [us] + others, rule, samplesLasting: Self.sampleLength, unit: task.unit,
      unitsPerRepetition: batches, equal: true, others: load)
  }

  /// The shortest of some times, since whatever disturbs one makes it longer.
  private func shortest(_ time: () throws -> Seconds) throws -> Seconds {
    var best = try time()
    for _ in 1..<Self.trials { best = min(best, try time()) }
    return best
  }

  /// The way in which a peer is fastest, prepared; `pass` prepares a way, and times a pass.
  private func fastest(
    of peer: Peer, _ workload: Workload, _ pass: (_ variant: String) throws -> Seconds
  ) throws -> String {
    let variants = peer.variants(for: workload.model)
    var best: (variant: String, time: Seconds)?
    for variant in variants {
      let time = try pass(variant)
      if best.map({ time < $0.time }) ?? true { best = (variant, time) }
    }
    guard let best else {
      throw CommandError.failure("\(peer.description.name) has no way to do the work")
    }
    if best.variant != variants.last {
      try peer.prepare(workload, variant: best.variant, files: files)
    }
    return best.variant
  }
}

/// The losses of the first steps that peers must have, as near as rounding explains.
struct LossCheck {
  /// What the losses are of: the work that is timed, or the same in smaller batches.
  let workload: Workload
  private let allowance: LossAllowance

  /// Steps whose losses are checked, where that takes no more than the operations below.
  private static let steps = 4
  /// Operations of the run in `Double`, which takes up to a minute for so many.
  private static let operations = 40_000_000_000

  /// Computes the losses of a workload's first steps, two at least.
  ///
  /// Where these alone are too long, a batch has fewer images, but no fewer than two.
  init(_ workload: Workload, images: Examples) throws {
    let (batchSize, steps) = Self.extent(
      batchSize: workload.batchSize, operationsPerImage: workload.trainingOperationsPerImage)
    self.workload =
      batchSize == workload.batchSize
      ? workload
      : try Workload(
        model: workload.model, optimizer: workload.optimizer, batchSize: batchSize, images: images)
    allowance = try LossAllowance(self.workload, steps: min(steps, self.workload.plan.count))
  }

  /// The images in a batch, and the steps.
  static func extent(
    batchSize: Int, operationsPerImage: Int
  ) -> (batchSize: Int, steps: Int) {
    let affordable = operations / max(operationsPerImage, 1)
    let batchSize = min(batchSize, max(affordable / 2, 2))
    return (batchSize, max(2, min(steps, affordable / batchSize)))
  }

  /// Compares the losses of a peer that is prepared for the workload.
  func verify(_ peer: Peer, _ variant: String) throws {
    let losses = try peer.losses(
      steps: allowance.truth.count, seed: workload.configuration.seed)
    guard let step = allowance.firstViolation(in: losses) else { return }
    throw CommandError.failure(
      "\(peer.description.name) (\(variant)), \(workload.model.name), \(workload.optimizer.name), "
        + "batch \(workload.batchSize): its loss before step \(step + 1) is \(losses[step]), not "
        + "\(allowance.truth[step]) ± \(allowance.allowance[step]), so it does other work")
  }
}
