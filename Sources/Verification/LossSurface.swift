import ReferenceTraining
import TrainingCore

/// Mean losses of a batch and its parts as functions of the weights: gradients and curvature.
///
/// In Double, by the reference trainer in training mode. Dropout masks belong to samples, so a part
/// has those that its samples have in the whole.
public struct LossSurface: Sendable {
  /// Model, data and batch.
  public let subject: Subject
  /// A trainer at the subject's weights, with plain gradient descent.
  let trainer: ReferenceTrainer<Double>
  private let configuration: RunConfiguration

  /// Creates the surface around a subject's weights.
  ///
  /// - Parameter subject: Model, data and batch. Its optimizer plays no part.
  /// - Throws: `ModelError.unsupported` for a model that the reference doesn't train.
  public init(_ subject: Subject) throws(ModelError) {
    self.subject = subject
    var configuration = subject.configuration
    configuration.optimizer = .sgd(SGDSpec())
    configuration.clipNorm = nil
    self.configuration = configuration
    trainer = try ReferenceTrainer(configuration, state: subject.state)
  }

  /// The subject's weights.
  public var origin: ParameterVector { ParameterVector(trainer.parameters) }

  /// The gradient g of a part's mean loss.
  ///
  /// - Parameters:
  ///   - places: The part, as places in the batch.
  ///   - point: The weights, by default the subject's.
  ///   - epoch: The epoch that dropout masks are drawn for.
  /// - Returns: The gradient.
  public func gradient(
    of places: Range<Int>, at point: ParameterVector? = nil, epoch: Int = 0
  ) -> ParameterVector {
    var trainer = trainer
    if let point {
      trainer.parameters = point.parameters(shapedAs: trainer.parameters) { $1 }
    }
    trainer.accumulate(subject.part(places, epoch: epoch))
    return trainer.meanGradient(count: places.count)
  }

  /// The gradient of the mean loss of any samples of the batch.
  ///
  /// - Parameter places: Places in the batch, in ascending order.
  /// - Returns: The gradient at the subject's weights.
  public func gradient(ofPlaces places: [Int]) -> ParameterVector {
    var trainer = trainer
    trainer.accumulate(Batch(places.map { subject.batch[$0] }, of: subject.examples))
    return trainer.meanGradient(count: places.count)
  }

  /// The product H v of the Hessian matrix of a part's mean loss at the subject's weights.
  ///
  /// A backward pass with the dual weights w + v ε gives g + (H v) ε (Pearlmutter 1994, section 3).
  ///
  /// - Parameters:
  ///   - places: The part, as places in the batch.
  ///   - direction: The vector v.
  /// - Returns: The product.
  /// - Throws: `ModelError.unsupported`, if the model were another.
  public func curvature(
    of places: Range<Int>, along direction: ParameterVector
  ) throws(ModelError) -> ParameterVector {
    var dual = try ReferenceTrainer<Dual<Double>>(configuration, state: subject.state)
    dual.parameters = origin.parameters(shapedAs: trainer.parameters) {
      Dual($1, derivative: direction.values[$0])
    }
    let part = subject.part(places)
    _ = dual.accumulateGradient(
      inputs: Matrix(
        rows: part.count, columns: subject.configuration.model.input.count,
        elements: part.inputs.map { Dual($0) }),
      labels: part.labels, samples: part.samples, epoch: part.epoch)
    let count = Double(places.count)
    return ParameterVector(
      dual.gradients.flatMap { $0.weight.elements + $0.bias.elements }
        .map { $0.derivative / count })
  }

  /// Which units of the model's rectifiers are active, for each sample of a part.
  ///
  /// A kink of the loss lies between two points where they differ, and no Taylor expansion crosses
  /// it. A rectifier's outputs a are read by a dense layer with zero weights behind it, whose
  /// probabilities are all 1/C: with as many classes as samples and one more, and sample n labelled
  /// n, its weight gradient is Σₙ aₙ/C in the last column and less than that by aₙ in column n.
  ///
  /// - Parameters:
  ///   - places: The part, as places in the batch.
  ///   - point: The weights, by default the subject's.
  /// - Returns: Active or not: rectifier by rectifier, unit by unit, sample by sample.
  /// - Throws: `ModelError` for more samples than a label can number.
  public func activePattern(
    of places: Range<Int>, at point: ParameterVector? = nil
  ) throws(ModelError) -> [Bool] {
    let model = configuration.model
    let part = subject.part(places)
    let point = point ?? origin
    let parameters = point.parameters(shapedAs: trainer.parameters) { $1 }
    let classes = part.count + 1
    var pattern: [Bool] = []
    for (index, layer) in model.layers.enumerated() where layer == .relu {
      let features = try model.shapes()[index + 1].count
      var reading = configuration
      reading.model = try ModelSpec(
        name: "activations", input: model.input,
        layers: model.layers[...index] + [.dense(inputs: features, outputs: classes)])
      var reader = try ReferenceTrainer<Double>(reading)
      let reads = Parameters(
        weight: Matrix<Double>(rows: features, columns: classes),
        bias: Matrix(rows: 1, columns: classes))
      reader.parameters = parameters.prefix(reader.parameters.count - 1) + [reads]
      reader.accumulate(part, labels: (0..<part.count).map { UInt8(truncatingIfNeeded: $0) })
      guard let sums = reader.gradients.last?.weight else { continue }
      for unit in 0..<features {
        pattern += (0..<part.count).map { sums[unit, $0] != sums[unit, part.count] }
      }
    }
    return pattern
  }
}

extension ReferenceTrainer<Double> {
  /// Runs samples forward and backward, with their own labels or others.
  mutating func accumulate(_ batch: Batch, labels: [UInt8]? = nil) {
    _ = accumulateGradient(
      inputs: Matrix(
        rows: batch.count, columns: model.input.count, elements: batch.inputs.map { Double($0) }),
      labels: labels ?? batch.labels, samples: batch.samples, epoch: batch.epoch)
  }

  /// The gradient accumulated so far, of the mean over as many samples.
  func meanGradient(count: Int) -> ParameterVector {
    let sum = ParameterVector(gradients)
    return ParameterVector(sum.values.map { $0 / Double(count) })
  }
}
