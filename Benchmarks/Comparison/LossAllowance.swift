import OptimizedTraining
import ReferenceTraining
import TrainingCore

/// How far a `Float` program's losses may be from the exact ones: what rounding explains, no more.
///
/// A run in `Double` is the truth of the formulas. Sixteen runs in `Float` with pixels, hidden units
/// and samples in other orders fold every sum in another order; their distances from the truth are
/// what rounding makes of the losses. A peer's order is one order more:
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

  /// Trains a perceptron so many steps in `Double`, and in `Float` in sixteen other orders.
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

/// A perceptron's training in `Float` with all sums in another order.
///
/// Pixels, hidden units and the samples of each batch change places, and the weights with them:
/// the same mathematics, rounded differently.
struct ReorderedRun {
  private let workload: Workload
  private let steps: Int
  private let seed: UInt64

  init(_ workload: Workload, steps: Int, seed: UInt64) {
    self.workload = workload
    self.steps = steps
    self.seed = seed
  }

  /// The mean loss before each step.
  func losses() throws(ModelError) -> [Double] {
    let configuration = workload.configuration
    var state = ModelState.initial(
      model: workload.model, optimizer: workload.optimizer, seed: configuration.seed)
    let units = orders()
    for layer in 0..<units.count - 1 {
      let (rows, columns) = (units[layer], units[layer + 1])
      let weight = state.parameters[2 * layer].values
      state.parameters[2 * layer].values = rows.flatMap { row in
        columns.map { weight[row * columns.count + $0] }
      }
      let bias = state.parameters[2 * layer + 1].values
      state.parameters[2 * layer + 1].values = columns.map { bias[$0] }
    }
    let examples = reorderedExamples(pixels: units[0])
    var trainer = try OptimizedTrainer(configuration, state: state)
    let plan = configuration.plan(epoch: 0, count: examples.count)
    return (0..<steps).map { step in
      trainer.train(on: plan[step], of: examples, epoch: 0, learningRate: workload.learningRate)
        .loss.mean
    }
  }

  /// The order of each layer's units; the classes keep theirs.
  private func orders() -> [[Int]] {
    var widths = [workload.model.input.count]
    for case .dense(_, let outputs) in workload.model.layers { widths.append(outputs) }
    return widths.enumerated().map { layer, width in
      layer == widths.count - 1
        ? Array(0..<width) : Permutation.random(count: width, seed: seed, epoch: layer)
    }
  }

  /// The images of the steps, each batch in another order.
  private func reorderedExamples(pixels: [Int]) -> Examples {
    let examples = workload.examples
    let samples = (0..<steps).flatMap { step in
      let batch = Array(workload.plan[step])
      let order = Permutation.random(
        count: batch.count, seed: seed, purpose: .validationSplit, epoch: step)
      return order.map { batch[$0] }
    }
    let size = examples.shape.count
    return Examples(
      shape: examples.shape, classCount: examples.classCount,
      inputs: samples.flatMap { sample in pixels.map { examples.inputs[sample * size + $0] } },
      labels: samples.map { examples.labels[$0] })
  }
}
