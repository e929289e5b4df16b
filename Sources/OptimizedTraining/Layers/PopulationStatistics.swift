import TrainingCore

/// The moments of a normalising stage's input over a whole data set, which comes batch by batch.
final class PopulationStatistics {
  /// The input, [N·H·W, C].
  private let x: PanelMatrix
  private let positions: Int
  /// The moments of each channel, [C]; members write to those of their own panels.
  private let moments: UnsafeMutableBufferPointer<PopulationMoments>

  init(of stage: Stage) {
    x = stage.output
    positions = stage.image.positions
    moments = .allocate(capacity: stage.image.channels)
    moments.initialize(repeating: PopulationMoments(positions: positions))
  }

  deinit { moments.deallocate() }

  /// Adds the samples of a batch, one after the other; each member does its share of the panels.
  func add(_ batch: BatchBuffer, as member: Member) {
    typealias Doubles = SIMD16<Double>
    for panel in member.share(of: x.panels) {
      let source = x.panel(panel)
      for sample in 0..<batch.count {
        let rows = sample * positions..<(sample + 1) * positions
        var sum = Doubles.zero
        for row in rows { sum += Doubles(source[row]) }
        let mean = sum / Double(positions)
        var squares = Doubles.zero
        for row in rows {
          let centred = Doubles(source[row]) - mean
          squares += centred * centred
        }
        let first = panel * Lanes.scalarCount
        for channel in first..<min(first + Lanes.scalarCount, moments.count) {
          moments[channel].add(mean: mean[channel - first], squares: squares[channel - first])
        }
      }
    }
    member.synchronize()
  }

  /// Writes mean and variance into a layer's running statistics.
  func store(in norm: BatchNorm) {
    for (channel, moments) in moments.enumerated() {
      norm.runningMean[0, channel] = Float(moments.mean)
      norm.runningVariance[0, channel] = Float(moments.variance)
    }
  }
}

extension Network {
  /// Replaces the running statistics by the moments that each normalising layer's inputs have over
  /// a whole data set.
  ///
  /// The data set goes from one normalising layer to the next in blocks of samples. What a later stage
  /// still reads, the layer's input and the sources of shortcuts, is kept for all samples meanwhile.
  func measureStatistics(over examples: Examples) {
    let size = min(inferenceBlock, examples.count)
    reserve(size)
    var kept: [Int: PanelMatrix] = [:]
    var start = 0
    for (index, stage) in stages.enumerated() {
      guard case .batchNorm(let norm) = stage.head else { continue }
      let statistics = PopulationStatistics(of: stages[index - 1])
      var next: [Int: PanelMatrix] = [:]
      for source in sourcesNeeded(from: index) {
        let image = stages[source].image
        next[source] =
          kept[source]
          ?? PanelMatrix(rows: examples.count * image.positions, columns: image.channels)
      }
      for block in Blocks(of: 0..<examples.count, size: size) {
        batch.take(ArraySlice(block), of: examples, epoch: 0, upcoming: [])
        for (source, matrix) in kept {
          copy(block.count, of: source, matrix, block.lowerBound, to: stages[source].output, 0)
        }
        perform(.forward(start..<index), images: examples.inputs)
        perform(.measure(statistics), images: [])
        for (source, matrix) in next where kept[source] == nil {
          copy(block.count, of: source, stages[source].output, 0, to: matrix, block.lowerBound)
        }
      }
      statistics.store(in: norm)
      kept = next
      start = index
    }
    batch.forgetNext()
  }

  /// The stages before one whose outputs it or a later one reads.
  private func sourcesNeeded(from index: Int) -> Set<Int> {
    var needed: Set = [index - 1]
    for case .residual(let source) in stages[index...].map(\.head) where source < index {
      needed.insert(source)
    }
    return needed
  }

  /// Copies a stage's output for some samples, from one matrix [N·H·W, C] to another.
  private func copy(
    _ samples: Int, of stage: Int, _ source: PanelMatrix, _ first: Int, to target: PanelMatrix,
    _ targetFirst: Int
  ) {
    let positions = stages[stage].image.positions
    for panel in 0..<source.panels {
      (target.panel(panel) + targetFirst * positions).update(
        from: source.panel(panel) + first * positions, count: samples * positions)
    }
  }
}
