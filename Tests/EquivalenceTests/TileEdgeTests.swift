import PropertyTesting
import Testing
import TrainingCore

/// Runs at the edges of tiles and blocks, in each of the dimensions: batch, inputs, hidden units,
/// outputs.
@Suite struct TileEdgeTests {
  private func run(
    batch: Int, _ inputs: Int, _ first: Int, _ second: Int, _ outputs: Int, threads: Int
  ) throws {
    let configuration = try RunConfiguration(
      words: "\(inputs) dense\(first) relu dense\(second) tanh dense\(outputs)",
      .sgd(SGDSpec(momentum: 0.9)), batchSize: batch)
    try runTwins(configuration, samples: 2 * batch + batch / 2, epochs: 1, threads: threads)
  }

  @Test(arguments: TileEdges.small)
  func `sizes at the edges of tiles have the bits of the reference`(_ edge: Int) throws {
    for threads in [1, 2] {
      try run(batch: edge, 5, 9, 6, 3, threads: threads)
      try run(batch: 6, edge, 9, 6, 3, threads: threads)
      try run(batch: 6, 5, edge, 9, 3, threads: threads)
      try run(batch: 6, 5, 9, edge, 3, threads: threads)
      try run(batch: 6, 5, 9, 6, edge, threads: threads)
      try run(batch: edge, edge, edge, edge, edge, threads: threads)
    }
  }

  /// Every pair of rows and columns of a tile that differ in their kind.
  @Test(arguments: [1, 2, 3, 5, 8, 11, 13, 17, 24, 33])
  func `every kind of rows with every kind of columns has the bits of the reference`(_ rows: Int)
    throws
  {
    for columns in [1, 15, 16, 17, 31, 32, 33, 48, 49] {
      try run(batch: rows, 3, columns, rows, 4, threads: 2)
    }
  }

  @Test(arguments: TileEdges.large)
  func `sizes at the edges of cache blocks have the bits of the reference`(_ edge: Int) throws {
    try run(batch: edge, 5, 18, 6, 3, threads: 2)
    try run(batch: 6, edge, 18, 6, 3, threads: 2)
    try run(batch: 6, 5, edge, 17, 3, threads: 3)
    try run(batch: 6, 5, 17, edge, 3, threads: 2)
    try run(batch: 6, 5, 9, 6, edge, threads: 1)
  }
}
