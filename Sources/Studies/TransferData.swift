import Datasets
import TrainingCore

/// The images of a transfer: those that the base is pretrained on, and those of the task.
public struct TransferData: Sendable {
  /// The source; nil where a file has the base's weights.
  public var source: (training: Examples, test: Examples)?
  /// The task's images to train on.
  public var training: Examples
  /// The task's images to validate on.
  public var validation: Examples

  /// Gathers the images.
  ///
  /// - Parameters:
  ///   - source: The source; nil where a file has the base's weights.
  ///   - training: The task's images to train on.
  ///   - validation: The task's images to validate on.
  public init(
    source: (training: Examples, test: Examples)?, training: Examples, validation: Examples
  ) {
    self.source = source
    self.training = training
    self.validation = validation
  }

  /// The same images in the shape that a model takes.
  func shaped(for input: ImageShape) -> TransferData {
    TransferData(
      source: source.map { ($0.training.shaped(for: input), $0.test.shaped(for: input)) },
      training: training.shaped(for: input), validation: validation.shaped(for: input))
  }

  /// A task of two classes, three quarters of whose images are positive, as the text's are.
  ///
  /// The upper half of the classes is positive; of the others every third image stays.
  func binary() -> TransferData {
    TransferData(
      source: source, training: Self.binary(training), validation: Self.binary(validation))
  }

  private static func binary(_ examples: Examples) -> Examples {
    let isPositive = examples.labels.map { Int($0) >= examples.classCount / 2 }
    var negatives = 0
    let kept = examples.labels.indices.filter { index in
      if isPositive[index] { return true }
      negatives += 1
      return negatives % 3 == 1
    }
    let images = examples.selecting(kept)
    return Examples(
      shape: images.shape, classCount: 2, inputs: images.inputs,
      labels: kept.map { isPositive[$0] ? 1 : 0 })
  }
}
