import Measurement
import ReferenceTraining
import Reporting
import TrainingCore

/// The time of a training step: forward, backward and update of one batch.
struct TrainingBenchmark {
  let model: ModelSpec
  let optimizer: OptimizerSpec
  let batchSize: Int

  /// The operations of one step that a dense model's arithmetic needs: 2·I·O per image for each of
  /// the forward pass, the weights' gradient, and, behind the first layer, the input's gradient.
  var flopsPerStep: Int {
    var flops = 0
    for case .dense(let inputs, let outputs) in model.layers {
      flops += 2 * inputs * outputs * (flops == 0 ? 2 : 3)
    }
    return flops * batchSize
  }

  /// Times steps on one thread.
  ///
  /// - Parameter seconds: How long to measure.
  /// - Returns: The time of each step.
  /// - Throws: `BenchmarkError` if training doesn't do what it should.
  func measure(seconds: Seconds) throws -> LatencySample {
    var configuration = RunConfiguration(
      model: model, optimizer: optimizer, schedule: LearningRateSchedule(base: 0.001),
      batchSize: batchSize, seed: 1)
    configuration.shuffles = false
    try configuration.validate(count: batchSize)
    var trainer = try ReferenceTrainer<Float>(configuration)
    let batch = syntheticBatch()
    let before = trainer.evaluate(batch).loss.mean
    func step() {
      _ = trainer.accumulateGradient(of: batch)
      trainer.step(learningRate: 0.001, batchSize: batchSize)
    }
    for _ in 0..<3 { step() }
    guard trainer.evaluate(batch).loss.mean < before else {
      throw BenchmarkError.learnsNothing(model: model.name, batchSize: batchSize)
    }
    return measureLatency(warmUp: 3, repetitions: 2000, timeLimit: seconds, step)
  }

  /// Inputs of the size of real ones, uniform in [−1, 1), and labels that go round.
  private func syntheticBatch() -> Batch {
    let field = RandomField(seed: 1, purpose: .shuffle)
    let inputs = (0..<batchSize * model.input.count).map { index in
      Float(field.words(quad: index)[0] >> 8) * 0x1p-23 - 1
    }
    let labels = (0..<batchSize).map { UInt8($0 % model.outputCount) }
    let examples = Examples(
      shape: model.input, classCount: model.outputCount, inputs: inputs, labels: labels)
    return Batch(Array(0..<batchSize), of: examples)
  }
}

/// Why a benchmark has nothing to report.
enum BenchmarkError: Error, CustomStringConvertible {
  /// The loss didn't fall over the first steps.
  case learnsNothing(model: String, batchSize: Int)

  var description: String {
    switch self {
    case .learnsNothing(let model, let batchSize):
      "\(model) at batch \(batchSize): the loss doesn't fall over three steps, so there is nothing "
        + "to time"
    }
  }
}
