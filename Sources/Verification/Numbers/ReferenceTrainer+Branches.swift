import ReferenceTraining
import TrainingCore

extension ReferenceTrainer {
  /// On which side of every kink a training pass comes, unit by unit.
  ///
  /// Where two points have the same branches, and those between them too, the loss is smooth from one
  /// to the other; where they differ, no Taylor expansion crosses.
  ///
  /// It is, of a rectifier, how many of its kinks each input is beyond; of a window, which element is
  /// the largest. `inputs` is [N, I], `samples` the samples' indices in their data set, [N].
  package func branches(inputs: Matrix<S>, samples: [Int], epoch: Int) -> [Int] {
    guard model.hasKinks else { return [] }
    var copy = self
    let trace = copy.forward(inputs, samples: samples, epoch: epoch)
    var branches: [Int] = []
    for (index, layer) in model.layers.enumerated() {
      let x = trace.activations[index]
      switch layer {
      case .relu:
        branches += x.elements.map { .zero < $0 ? 1 : 0 }
      case .relu6:
        let six = S(6.0)
        branches += x.elements.map { (.zero < $0 ? 1 : 0) + (six <= $0 ? 1 : 0) }
      case .maxPool(let spec):
        windows(spec, at: index).forEach(samples: x.rows) { _, window in
          branches.append(MaxPool.indexOfLargest(x, window))
        }
      default: continue
      }
    }
    return branches
  }
}
