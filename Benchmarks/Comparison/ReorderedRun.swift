import OptimizedTraining
import TrainingCore

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
