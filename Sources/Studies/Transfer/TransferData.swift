import Datasets
import TrainingCore

/// The images of a transfer: those that the base is pretrained on, and those of the task.
package struct TransferData: Sendable {
  /// The source; nil where a file has the base's weights.
  package var source: (training: Examples, test: Examples)?
  package var training: Examples
  package var validation: Examples

  /// The same images in the shape that a model takes.
  func shaped(for input: ImageShape) -> TransferData {
    TransferData(
      source: source.map { ($0.training.shaped(for: input), $0.test.shaped(for: input)) },
      training: training.shaped(for: input), validation: validation.shaped(for: input))
  }

  /// A task of two classes, three quarters of whose images are positive, as in the article.
  ///
  /// The upper half of the classes is positive. All images of the scarcer kind stay, and of the
  /// other kind as many as keep the share, evenly spread.
  func binary() -> TransferData {
    TransferData(
      source: source, training: Self.binary(training), validation: Self.binary(validation))
  }

  private static func binary(_ examples: Examples) -> Examples {
    let isPositive = examples.labels.map { Int($0) >= examples.classCount / 2 }
    let positives = examples.labels.indices.filter { isPositive[$0] }
    let negatives = examples.labels.indices.filter { !isPositive[$0] }
    let count = negatives.isEmpty ? positives.count : min(positives.count, 3 * negatives.count)
    let others = positives.isEmpty ? negatives.count : min(negatives.count, (count + 2) / 3)
    let kept = (spread(positives, to: count) + spread(negatives, to: others)).sorted()
    let images = examples.selecting(kept)
    return Examples(
      shape: images.shape, classCount: 2, inputs: images.inputs,
      labels: kept.map { isPositive[$0] ? 1 : 0 })
  }

  /// So many of the indices, as far from each other as from the ends.
  private static func spread(_ indices: [Int], to count: Int) -> [Int] {
    (0..<count).map { indices[(2 * $0 + 1) * indices.count / (2 * count)] }
  }

  /// Checks that there is something to learn, and that the models of the target and of the source,
  /// where one is pretrained on it, take the images.
  func validate(target: ModelSpec, source base: ModelSpec?) throws {
    var parts = [(target, training), (target, validation)]
    if let source, let base { parts += [(base, source.training), (base, source.test)] }
    for (model, images) in parts {
      _ = try model.fitting(images)
      guard Set(images.labels).count > 1 else { throw StudyError.oneClass(images: images.count) }
    }
  }
}
