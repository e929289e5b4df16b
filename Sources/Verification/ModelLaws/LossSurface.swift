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

  init(_ subject: Subject) throws(ModelError) {
    self.subject = subject
    trainer = try subject.referenceTrainer()
  }

  var origin: ParameterVector { ParameterVector(trainer.parameters) }

  private func trainer(at point: ParameterVector?) -> ReferenceTrainer<Double> {
    var trainer = trainer
    if let point { trainer.parameters = point.parameters(shapedAs: trainer.parameters) { $1 } }
    return trainer
  }

  /// The gradient g of a part's mean loss at the subject's weights.
  func gradient(of places: Range<Int>) -> ParameterVector {
    var trainer = trainer
    trainer.accumulate(subject.part(places))
    return trainer.meanGradient(count: places.count)
  }

  func loss(of places: Range<Int>, at point: ParameterVector) -> Double {
    var trainer = trainer(at: point)
    return trainer.trainingLosses(of: subject.part(places)).reduce(0, +)
  }

  /// The slope ⟨∇ΣL, v⟩ of the sum of a part's losses at the subject's weights, by a forward pass with
  /// dual numbers.
  func slope(
    of places: Range<Int>, along direction: ParameterVector
  ) throws(ModelError) -> Double {
    var dual = try dualTrainer(along: direction)
    return dual.trainingLosses(of: subject.part(places)).reduce(0) { $0 + $1.derivative }
  }

  /// The product H v of the Hessian matrix of a part's mean loss at the subject's weights.
  ///
  /// A backward pass with the dual weights w + v ε gives g + (H v) ε (Pearlmutter 1994, section 3).
  func curvature(
    of places: Range<Int>, along direction: ParameterVector
  ) throws(ModelError) -> ParameterVector {
    var dual = try dualTrainer(along: direction)
    dual.accumulate(subject.part(places))
    let count = Double(places.count)
    return ParameterVector(dual.gradientElements.map { $0.derivative / count })
  }

  private func dualTrainer(
    along direction: ParameterVector
  ) throws(ModelError) -> ReferenceTrainer<Dual<Double>> {
    var dual: ReferenceTrainer<Dual<Double>> = try subject.referenceTrainer()
    dual.parameters = origin.parameters(shapedAs: trainer.parameters) {
      Dual($1, derivative: direction.values[$0])
    }
    return dual
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
  /// The gradient accumulated so far, of the mean over as many samples.
  func meanGradient(count: Int) -> ParameterVector {
    ParameterVector(gradientElements.map { $0 / Double(count) })
  }
}
