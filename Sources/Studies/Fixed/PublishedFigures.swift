/// The figures that the article on fixed batch sizes prints, from its author's laptop and MNIST.
///
/// "Effect of Batch Size", 24 December 2024; its code is at `source`. They are for the shape of the
/// curves; another machine and other images have other values.
package struct PublishedFigures: Codable, Hashable, Sendable {
  package let model: String
  /// The batch size of training, at which latency was measured too.
  package let batchSize: Int
  package let secondsPerEpoch: Double
  /// Microseconds of inference per image.
  package let microsecondsPerImage: Double
  /// Per cent of test images classified correctly.
  package let accuracyPercent: Double

  /// Every row of the article's two tables.
  package static let all = [
    ("mlp-1", 1, 228.3, 57.4, 93.0), ("mlp-1", 16, 19.2, 23.8, 96.7),
    ("mlp-1", 64, 8.57, 5.1, 96.4), ("mlp-1", 128, 6.96, 4.3, 96.4),
    ("mlp-2-crop20", 1, 408.1, 88.8, 93.6), ("mlp-2-crop20", 16, 33.5, 32.0, 95.3),
    ("mlp-2-crop20", 64, 13.2, 10.3, 97.2), ("mlp-2-crop20", 128, 10.2, 9.0, 96.6),
  ].map {
    PublishedFigures(
      model: $0, batchSize: $1, secondsPerEpoch: $2, microsecondsPerImage: $3, accuracyPercent: $4)
  }

  /// Where its author keeps its code.
  package static let source = "github.com/gouherdanish/mnist_classification"

  /// What the article prints as CO₂-equivalent of one inference at 23.8 µs.
  package static let printedCarbon = "271.6 μgCO2eq"
}
