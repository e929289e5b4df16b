import ReferenceTraining
import TrainingCore

extension ReferenceTrainer {
  /// A batch's images, [N, I].
  func inputs(of batch: Batch) -> Matrix<S> {
    Matrix(rows: batch.count, columns: model.input.count, elements: batch.inputs.map { S($0) })
  }

  /// Runs samples forward and backward and adds to the gradients.
  mutating func accumulate(_ batch: Batch) {
    _ = accumulateGradient(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch)
  }

  /// The losses of samples in training mode, without a trace in the running statistics, [N].
  mutating func trainingLosses(of batch: Batch) -> [S] {
    trainingOutcome(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch,
      updatesAverages: false
    ).losses
  }

  /// The gradients, layer by layer, each layer's weight before its bias.
  var gradientElements: [S] { gradients.flatMap { $0.weight.elements + $0.bias.elements } }
}
