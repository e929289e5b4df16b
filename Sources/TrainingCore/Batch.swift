/// Samples as a trainer takes them: gathered, in the order of the batch.
public struct Batch: Sendable {
  /// Inputs, [N, I].
  public let inputs: [Float]
  /// Classes, [N].
  public let labels: [UInt8]
  /// The samples' indices in their data set, [N]: their dropout masks are drawn by these.
  public let samples: [Int]
  /// The epoch, from 0.
  public let epoch: Int

  /// Gathers a batch.
  ///
  /// - Parameters:
  ///   - samples: Indices into the examples.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  public init(_ samples: some Collection<Int>, of examples: Examples, epoch: Int = 0) {
    let size = examples.shape.count
    var inputs: [Float] = []
    inputs.reserveCapacity(samples.count * size)
    for sample in samples { inputs += examples.inputs[sample * size..<(sample + 1) * size] }
    self.inputs = inputs
    labels = samples.map { examples.labels[$0] }
    self.samples = Array(samples)
    self.epoch = epoch
  }

  /// The number of samples, N.
  public var count: Int { labels.count }
}
