import ReferenceTraining
import TrainingCore

/// How far a `Float` program's losses may be from the exact ones: what rounding explains, no more.
///
/// A run in `Double` is the truth of the formulas. Sixteen runs in `Float` with channels, hidden
/// units and samples in other orders fold their sums in another order; their distances from the
/// truth are what rounding makes of the losses. A peer's order is one order more:
///
///     |peer − truth| ≤ 4 · max(the sixteen's largest distance so far, one ulp of the truth)
///
/// The 4: if rounding errors are normally distributed, a seventeenth exceeds 4 times the largest of
/// sixteen with probability 1.3 · 10⁻⁶. One ulp, because a `Float` can't be nearer.
struct LossAllowance {
  /// The mean loss before each step, in `Double`.
  let truth: [Double]
  /// How far from it a loss may be.
  let allowance: [Double]

  private static let members = 16
  private static let factor = 4.0

  /// Trains a model so many steps in `Double`, and in `Float` in sixteen other orders.
  init(_ workload: Workload, steps: Int) throws(ModelError) {
    truth = try Self.exactLosses(workload, steps: steps)
    var largest = truth.map { Double(Float($0).ulp) }
    for member in 1...Self.members {
      let losses = try ReorderedRun(workload, steps: steps, seed: UInt64(member)).losses()
      for step in truth.indices {
        largest[step] = max(largest[step], (losses[step] - truth[step]).magnitude)
      }
    }
    for step in largest.indices.dropFirst() {
      largest[step] = max(largest[step], largest[step - 1])
    }
    allowance = largest.map { Self.factor * $0 }
  }

  /// The first step whose loss is too far from the truth; nil where none is.
  func firstViolation(in losses: [Double]) -> Int? {
    guard losses.count == truth.count else { return min(losses.count, truth.count) }
    return truth.indices.first { !((losses[$0] - truth[$0]).magnitude <= allowance[$0]) }
  }

  private static func exactLosses(_ workload: Workload, steps: Int) throws(ModelError) -> [Double] {
    var trainer = try ReferenceTrainer<Double>(workload.configuration)
    return (0..<steps).map { step in
      let batch = Batch(workload.plan[step], of: workload.examples)
      let inputs = Matrix<Double>(
        rows: batch.count, columns: workload.examples.shape.count,
        elements: batch.inputs.map { Double($0) })
      let outcome = trainer.accumulateGradient(
        inputs: inputs, labels: batch.labels, samples: batch.samples, epoch: 0)
      trainer.step(learningRate: workload.learningRate, batchSize: batch.count)
      return outcome.losses.reduce(0, +) / Double(batch.count)
    }
  }
}
