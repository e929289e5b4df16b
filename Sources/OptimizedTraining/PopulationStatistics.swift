import TrainingCore

/// The moments of what enters a normalising stage, over a whole data set that comes batch by batch.
final class PopulationStatistics {
  private let x: PanelMatrix
  private let positions: Int
  /// Of each channel; members write to those of their own panels.
  private let moments: UnsafeMutableBufferPointer<PopulationMoments>

  /// Begins without a sample.
  ///
  /// - Parameter stage: The stage whose output is measured.
  init(of stage: Stage) {
    x = stage.output
    positions = stage.image.positions
    moments = .allocate(capacity: stage.image.channels)
    moments.initialize(repeating: PopulationMoments(positions: positions))
  }

  deinit { moments.deallocate() }

  /// Takes the samples of a batch, one after the other; each member does its share of the panels.
  func add(_ batch: BatchBuffer, as member: Member) {
    typealias Doubles = SIMD16<Double>
    let panels = member.share(of: x.panels)
    for panel in panels {
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

  /// Writes mean and variance into a normalising layer's averages.
  func store(in norm: BatchNorm) {
    for (channel, moments) in moments.enumerated() {
      norm.movingMean[0, channel] = Float(moments.mean)
      norm.movingVariance[0, channel] = Float(moments.variance)
    }
  }
}

extension Network {
  /// Replaces the moving averages by the moments that each normalising layer's inputs have over a whole
  /// data set.
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
      let needed = sourcesNeeded(from: index)
      var next: [Int: PanelMatrix] = [:]
      for source in needed {
        let image = stages[source].image
        next[source] =
          kept[source]
          ?? PanelMatrix(rows: examples.count * image.positions, columns: image.channels)
      }
      for block in Blocks(of: 0..<examples.count, size: size) {
        batch.take(ArraySlice(block), of: examples, epoch: 0, upcoming: [])
        for (source, matrix) in kept { restore(source, from: matrix, block) }
        perform(.forwardPart(start..<index), images: examples.inputs)
        perform(.measure(statistics), images: [])
        for (source, matrix) in next where kept[source] == nil {
          keep(source, in: matrix, block)
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

  /// Puts a stage's output for some samples where it is kept.
  private func keep(_ source: Int, in matrix: PanelMatrix, _ samples: Range<Int>) {
    copy(samples.count, of: source, from: stages[source].output, 0, to: matrix, samples.lowerBound)
  }

  /// Takes a stage's output for some samples from where it is kept.
  private func restore(_ source: Int, from matrix: PanelMatrix, _ samples: Range<Int>) {
    copy(samples.count, of: source, from: matrix, samples.lowerBound, to: stages[source].output, 0)
  }

  private func copy(
    _ samples: Int, of source: Int, from origin: PanelMatrix, _ first: Int, to target: PanelMatrix,
    _ targetFirst: Int
  ) {
    let positions = stages[source].image.positions
    for panel in 0..<origin.panels {
      (target.panel(panel) + targetFirst * positions).update(
        from: origin.panel(panel) + first * positions, count: samples * positions)
    }
  }
}
