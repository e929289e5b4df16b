import ReferenceTraining
import TrainingCore

/// Losses of a batch and its parts as functions of the weights: gradients and curvature.
///
/// In Double, by the reference trainer in training mode. Parts are ranges of places in the batch.
/// Dropout masks belong to samples, so a part has those that its samples have in the whole.
struct LossSurface: Sendable {
  /// Model, data and batch; its optimizer plays no part.
  let subject: Subject
  /// A trainer at the subject's weights, with plain gradient descent.
  let trainer: ReferenceTrainer<Double>
  private let configuration: RunConfiguration
  private let state: ModelState

  init(_ subject: Subject) throws(ModelError) {
    self.subject = subject
    var configuration = subject.configuration
    configuration.optimizer = .sgd(SGDSpec())
    configuration.clipNorm = nil
    self.configuration = configuration
    state = configuration.coldState(subject.state)
    trainer = try ReferenceTrainer(configuration, state: state)
  }

  /// The subject's weights.
  var origin: ParameterVector { ParameterVector(trainer.parameters) }

  private func trainer(at point: ParameterVector?) -> ReferenceTrainer<Double> {
    var trainer = trainer
    if let point { trainer.parameters = point.parameters(shapedAs: trainer.parameters) { $1 } }
    return trainer
  }

  /// The gradient g of a part's mean loss, by default at the subject's weights.
  func gradient(
    of places: Range<Int>, at point: ParameterVector? = nil, epoch: Int = 0
  ) -> ParameterVector {
    var trainer = trainer(at: point)
    trainer.accumulate(subject.part(places, epoch: epoch))
    return trainer.meanGradient(count: places.count)
  }

  /// The sum of a part's losses.
  func loss(of places: Range<Int>, at point: ParameterVector) -> Double {
    var trainer = trainer(at: point)
    let part = subject.part(places)
    let outcome = trainer.trainingOutcome(
      inputs: trainer.inputs(of: part), labels: part.labels, samples: part.samples,
      epoch: part.epoch, updatesAverages: false)
    return outcome.losses.reduce(0, +)
  }

  /// The slope ⟨∇ΣL, v⟩ of the sum of a part's losses at the subject's weights, by a forward pass with
  /// dual numbers.
  func slope(
    of places: Range<Int>, along direction: ParameterVector
  ) throws(ModelError) -> Double {
    var dual = try dualTrainer(along: direction)
    let part = subject.part(places)
    let outcome = dual.trainingOutcome(
      inputs: dualInputs(of: part), labels: part.labels, samples: part.samples, epoch: part.epoch,
      updatesAverages: false)
    return outcome.losses.reduce(0) { $0 + $1.derivative }
  }

  /// The product H v of the Hessian matrix of a part's mean loss at the subject's weights.
  ///
  /// A backward pass with the dual weights w + v ε gives g + (H v) ε (Pearlmutter 1994, section 3).
  func curvature(
    of places: Range<Int>, along direction: ParameterVector
  ) throws(ModelError) -> ParameterVector {
    var dual = try dualTrainer(along: direction)
    let part = subject.part(places)
    _ = dual.accumulateGradient(
      inputs: dualInputs(of: part), labels: part.labels, samples: part.samples, epoch: part.epoch)
    let count = Double(places.count)
    return ParameterVector(
      dual.gradients.flatMap { $0.weight.elements + $0.bias.elements }
        .map { $0.derivative / count })
  }

  private func dualTrainer(
    along direction: ParameterVector
  ) throws(ModelError) -> ReferenceTrainer<Dual<Double>> {
    var dual = try ReferenceTrainer<Dual<Double>>(configuration, state: state)
    dual.parameters = origin.parameters(shapedAs: trainer.parameters) {
      Dual($1, derivative: direction.values[$0])
    }
    return dual
  }

  private func dualInputs(of part: Batch) -> Matrix<Dual<Double>> {
    Matrix(
      rows: part.count, columns: subject.configuration.model.input.count,
      elements: part.inputs.map { Dual($0) })
  }

  /// On which side of every kink of the model each sample of a part is, a number for each unit with a
  /// kink; no Taylor expansion crosses one.
  func branches(of places: Range<Int>, at point: ParameterVector? = nil) -> [Int] {
    let trainer = trainer(at: point)
    let part = subject.part(places)
    return trainer.branches(
      inputs: trainer.inputs(of: part), samples: part.samples, epoch: part.epoch)
  }
}

extension ReferenceTrainer<Double> {
  /// Runs samples forward and backward.
  mutating func accumulate(_ batch: Batch) {
    _ = accumulateGradient(
      inputs: inputs(of: batch), labels: batch.labels, samples: batch.samples, epoch: batch.epoch)
  }

  /// A batch's images, [N, I].
  fileprivate func inputs(of batch: Batch) -> Matrix<Double> {
    Matrix(
      rows: batch.count, columns: model.input.count, elements: batch.inputs.map { Double($0) })
  }

  /// The gradient accumulated so far, of the mean over as many samples.
  func meanGradient(count: Int) -> ParameterVector {
    let sum = ParameterVector(gradients)
    return ParameterVector(sum.values.map { $0 / Double(count) })
  }
}
