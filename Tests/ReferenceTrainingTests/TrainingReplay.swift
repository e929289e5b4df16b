import Datasets
import TrainingCore

@testable import ReferenceTraining

/// A recorded case, trained again by the reference trainer.
struct TrainingReplay {
  /// The images that the recording was made of.
  static func images() throws -> Dataset {
    let folder = TrainingRecording.packageFolder.appendingPathComponent(
      "Fixtures/fashion-mnist-10k")
    return try Dataset.load(folder: folder.path)
  }

  /// The mean loss before each step.
  var losses: [Double] = []
  /// After each of the recorded steps, the digest of each tensor by its name.
  var digests: [Int: [String: [Double]]] = [:]

  /// A replay in which nothing has been trained.
  init() {}

  /// Trains as the recording says, in the precision of `S`.
  init<S: Scalar & BinaryFloatingPoint>(
    _ recorded: TrainingRecording.Case, of recording: TrainingRecording, on examples: Examples,
    in type: S.Type
  ) throws {
    let configuration = try recorded.configuration(
      seed: recording.seed, batchSize: recording.batchSize)
    let plan = configuration.plan(epoch: 0, count: recording.steps * recording.batchSize)
    var trainer = try ReferenceTrainer<S>(configuration)
    for step in 0..<plan.count {
      let batch = Batch(plan[step], of: examples)
      let inputs = Matrix<S>(
        rows: batch.count, columns: examples.shape.count, elements: batch.inputs.map { S($0) })
      let outcome = trainer.accumulateGradient(
        inputs: inputs, labels: batch.labels, samples: batch.samples, epoch: 0)
      var loss = ExactSum()
      for sample in outcome.losses { loss.add(Double(sample)) }
      let weight = outcome.weights.reduce(0) { $0 + Double($1) }
      losses.append(loss.value / (weight == 0 ? Double(batch.count) : weight))
      trainer.step(learningRate: configuration.schedule.base, batchSize: batch.count)
      if recorded.tensors.contains(where: { $0.steps.contains { $0.step == step + 1 } }) {
        digests[step + 1] = Self.digests(of: trainer, at: recorded.tensors)
      }
    }
  }

  /// The chosen elements, the sum and the norm of every tensor.
  private static func digests<S: Scalar & BinaryFloatingPoint>(
    of trainer: ReferenceTrainer<S>, at tensors: [TrainingRecording.RecordedTensor]
  ) -> [String: [Double]] {
    let layout = ParameterLayout(of: trainer.model)
    let matrices =
      trainer.parameters.flatMap { [$0.weight, $0.bias] }
      + trainer.statistics.flatMap { [$0.mean, $0.variance] }
    let byName = Dictionary(
      uniqueKeysWithValues: zip((layout.parameters + layout.statistics).map(\.name), matrices))
    var digests: [String: [Double]] = [:]
    for tensor in tensors {
      guard let elements = byName[tensor.name]?.elements else { continue }
      digests[tensor.name] = digest(elements, at: tensor.indices)
    }
    return digests
  }

  /// The chosen elements, the sum and the norm of a tensor.
  static func digest(_ values: [some BinaryFloatingPoint], at indices: [Int]) -> [Double] {
    let elements = values.map { Double($0) }
    return indices.map { elements[$0] }
      + [sum(of: elements), sum(of: elements.map { $0 * $0 }).squareRoot()]
  }

  /// The sum, to about one rounding, so that a digest adds no error of its own.
  ///
  /// Neumaier 1974: what each addition rounds off is added up beside it.
  private static func sum(of values: [Double]) -> Double {
    var sum = 0.0
    var roundedOff = 0.0
    for value in values {
      let next = sum + value
      roundedOff +=
        sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return sum + roundedOff
  }
}
