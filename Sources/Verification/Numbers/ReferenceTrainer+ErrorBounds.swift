import ReferenceTraining
import TrainingCore

extension ReferenceTrainer where S == ErrorBound {
  /// Runs a batch forward and backward in training mode, adds to `gradients`, and bounds how far any
  /// trainer in `Float` may be off that does the same in any sensible order.
  ///
  /// At a kink that a rectifier's input is within its error of, either slope is right: the gradient
  /// that would have been passed or stopped is then an error in full.
  ///
  /// It returns the loss of each sample, [N]. The model has no maxima over windows.
  package mutating func accumulateErrorBounds(of batch: Batch) -> [ErrorBound] {
    let trace = forward(inputs(of: batch), samples: batch.samples, epoch: batch.epoch)
    let loss = model.evaluateLoss(logits: trace.outputs, labels: batch.labels)
    let layers = model.layers
    propagate(loss.gradient, back: trace) { index, outputGradient, inputGradient in
      let kinks: [Double]
      switch layers[index] {
      case .relu: kinks = [0]
      case .relu6: kinks = [0, 6]
      default: return
      }
      let x = trace.activations[index]
      for element in x.elements.indices {
        let (value, error) = (x.elements[element].value, x.elements[element].error)
        guard kinks.contains(where: { (value - $0).magnitude <= error }) else { continue }
        let passed = outputGradient.elements[element]
        inputGradient.elements[element] = ErrorBound(
          inputGradient.elements[element].value, error: passed.value.magnitude + passed.error)
      }
    }
    return loss.losses
  }

  /// The last layer's outputs in inference mode, [N, classes], and the loss of each sample, [N].
  func errorBoundEvaluation(of batch: Batch) -> (outputs: [ErrorBound], losses: [ErrorBound]) {
    let outputs = outputs(for: inputs(of: batch))
    return (outputs.elements, model.evaluateLoss(logits: outputs, labels: batch.labels).losses)
  }
}
