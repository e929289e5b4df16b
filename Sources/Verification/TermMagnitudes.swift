import ReferenceTraining
import TrainingCore

/// A number that a sum has come to, with the magnitudes of the terms that were added to it.
///
/// A fold of n terms is off by at most γₙ Σ|terms| (Higham 2002, equation 3.5), and where terms cancel
/// the sum itself doesn't tell that bound. The magnitudes are those of what was added to the left
/// operand since it was zero, so they say something of accumulators alone: of gradients.
struct TermMagnitudes: Scalar {
  /// What the trainer computes in Double.
  let value: Double
  /// Σ|terms|.
  let magnitudes: Double

  private init(_ value: Double, magnitudes: Double) {
    self.value = value
    self.magnitudes = magnitudes
  }

  init(_ value: Float) { self.init(Double(value), magnitudes: 0) }
  init(_ value: Double) { self.init(value, magnitudes: 0) }
  static var zero: Self { Self(0, magnitudes: 0) }

  static func == (left: Self, right: Self) -> Bool { left.value == right.value }
  static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  static func + (left: Self, right: Self) -> Self {
    Self(left.value + right.value, magnitudes: left.magnitudes + right.value.magnitude)
  }

  static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  static func * (left: Self, right: Self) -> Self { Self(left.value * right.value) }
  static func / (left: Self, right: Self) -> Self { Self(left.value / right.value) }

  func addingProduct(_ a: Self, _ b: Self) -> Self {
    Self(
      value.addingProduct(a.value, b.value),
      magnitudes: magnitudes + (a.value * b.value).magnitude)
  }

  func squareRoot() -> Self { Self(value.squareRoot()) }
  static func exp(_ x: Self) -> Self { Self(Double.exp(x.value)) }
  static func log(_ x: Self) -> Self { Self(Double.log(x.value)) }
  static func tanh(_ x: Self) -> Self { Self(Double.tanh(x.value)) }
}

extension LossSurface {
  /// Over how many positions of a sample a gradient is summed, at most.
  var positions: Int { subject.configuration.model.gradientPositions.max() ?? 1 }

  /// The magnitudes of all terms of a part's summed gradient, element by element.
  ///
  /// A dense layer's gradient has one term for each sample, which is the sample's own gradient.
  ///
  /// - Parameter places: The part, as places in the batch.
  /// - Returns: Σ|terms|.
  /// - Throws: What making the trainer throws.
  func termMagnitudes(of places: Range<Int>) throws(ModelError) -> ParameterVector {
    guard positions > 1 else {
      return places.reduce(into: .zeros(like: origin)) { sum, place in
        let sample = gradient(of: place..<place + 1)
        sum.add(1, times: ParameterVector(sample.values.map(\.magnitude)))
      }
    }
    var trainer = try ReferenceTrainer<TermMagnitudes>(configuration, state: subject.state)
    let part = subject.part(places)
    _ = trainer.accumulateGradient(
      inputs: Matrix(
        rows: part.count, columns: trainer.model.input.count,
        elements: part.inputs.map { TermMagnitudes($0) }),
      labels: part.labels, samples: part.samples, epoch: part.epoch)
    return ParameterVector(
      trainer.gradients.flatMap { $0.weight.elements + $0.bias.elements }.map(\.magnitudes))
  }

  /// How many of the numbers of a vector, its first ones, belong to frozen layers.
  var frozenCount: Int {
    let model = subject.configuration.model
    return ParameterLayout(of: model).parameters.filter { $0.layer < model.frozenLayers }
      .reduce(0) { $0 + $1.count }
  }
}

extension ModelSpec {
  /// Over how many positions of a sample the gradient of each learned tensor is summed: 1 in a
  /// dense layer, all of an image's in a convolution and in batch normalisation.
  var gradientPositions: [Int] {
    let shapes = (try? shapes()) ?? []
    return ParameterLayout(of: self).parameters.map { tensor in
      let output = shapes[tensor.layer + 1]
      return output.count / output.channels
    }
  }
}
