import TrainingCore

extension Choices {
  /// Images in rows, and a class of each.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - inputs: Numbers of an image.
  ///   - classes: The number of classes, at most 256.
  /// - Returns: The examples.
  public mutating func examples(_ count: Int, inputs: Int, classes: Int) -> Examples {
    Examples(
      shape: ImageShape(height: 1, width: 1, channels: inputs), classCount: classes,
      inputs: array(count * inputs) { $0.number() },
      labels: array(count) { UInt8($0.integer(in: 0...classes - 1)) })
  }
}

extension Examples {
  /// Random examples for a model, a function of its arguments.
  ///
  /// Labels are below 256, so that of a model with more outputs only the first are classes.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - model: The model that they are for.
  ///   - seed: The seed.
  /// - Returns: The examples.
  public static func random(_ count: Int, for model: ModelSpec, seed: UInt64 = 1) -> Examples {
    var choices = Choices(seed: seed)
    return choices.examples(
      count, inputs: model.input.count, classes: min(model.classCount, 256))
  }
}
