/// How stages make a forward pass, and how a team divides it.
///
/// A pass is a sequence of phases with a barrier behind each. In a phase every member takes its
/// share of the output's panels, over all rows, or of smaller blocks where there are too few.
/// No element is ever the sum of two members' work.
extension Network {
  /// Runs the batch through the stages.
  ///
  /// - Parameters:
  ///   - first: The stage to begin with: 0, which gathers the images, or the one behind a stage
  ///     whose output is there already.
  ///   - end: The stage to end before, or nil for all.
  ///   - isTraining: Whether dropout drops and batches are normalised by their own statistics.
  ///   - member: Who works.
  func forward(from first: Int = 0, to end: Int? = nil, isTraining: Bool, as member: Member) {
    let keys = isTraining ? SampleKeys(samples: batch.samples, epoch: batch.epoch) : nil
    if first == 0 {
      let samples = member.share(of: batch.count)
      gather(samples: samples)
      let stage = stages[0]
      let positions = stage.image.positions
      stage.activate(
        panels: 0..<stage.output.panels,
        rows: samples.lowerBound * positions..<samples.upperBound * positions, training: keys)
      member.synchronize()
    }
    let start = max(first, 1)
    for index in start..<max(start, end ?? stages.count) {
      forward(stages[index], behind: stages[index - 1], keys: keys, as: member)
      member.synchronize()
    }
  }

  private func forward(
    _ stage: Stage, behind previous: Stage, keys: SampleKeys?, as member: Member
  ) {
    let x = previous.output
    let y = stage.values[0]
    let rows = batch.count * stage.image.positions
    switch stage.head {
    case .input: break
    case .dense(let parameters):
      member.forEachBlock(panels: y.panels, rows: rows) { panels, rows in
        Dense.forward(x, with: parameters, into: y, panels: panels, rows: rows) {
          stage.activate(panels: $0, rows: $1, training: keys)
        }
      }
    case .convolution(let convolution):
      convolution.forward(x, into: y, samples: batch.count, member: member) {
        stage.activate(panels: $0, rows: $1, training: keys)
      }
    case .depthwise(let convolution):
      convolution.forward(x, into: y, samples: batch.count, member: member) {
        stage.activate(panels: $0, rows: $1, training: keys)
      }
    case .batchNorm(let norm):
      let panels = member.share(of: y.panels)
      if keys != nil, norm.spec.statistics == .batch {
        norm.forwardTraining(x, into: y, count: rows, panels: panels)
      } else {
        norm.forwardInference(x, into: y, count: rows, panels: panels)
      }
      stage.activate(panels: panels, rows: 0..<rows, training: keys)
    case .averagePool(let pool):
      forEachPart(of: stage, as: member) { panels, sample, rows in
        for panel in panels { pool.forward(x, into: y, panel: panel, sample: sample) }
        stage.activate(panels: panels, rows: rows, training: keys)
      }
    case .maxPool(let pool):
      forEachPart(of: stage, as: member) { panels, sample, rows in
        for panel in panels { pool.forward(x, into: y, panel: panel, sample: sample) }
        stage.activate(panels: panels, rows: rows, training: keys)
      }
    case .residual(let source):
      let shortcut = stages[source].output
      forEachPart(of: stage, as: member) { panels, _, rows in
        for panel in panels { Residual.add(x, shortcut, into: y, panel: panel, rows: rows) }
        stage.activate(panels: panels, rows: rows, training: keys)
      }
    case .copy:
      forEachPart(of: stage, as: member) { panels, _, rows in
        for panel in panels {
          (y.panel(panel) + rows.lowerBound).update(
            from: x.panel(panel) + rows.lowerBound, count: rows.count)
        }
        stage.activate(panels: panels, rows: rows, training: keys)
      }
    case .flatten:
      let samples = member.share(of: batch.count)
      Flattening.forward(x, into: y, image: previous.image, samples: samples)
      stage.activate(panels: 0..<y.panels, rows: samples, training: keys)
    }
  }

  /// Calls with a member's parts of a stage: four panels, whose dropout masks are drawn at once, of
  /// a sample's rows.
  @inline(__always)
  func forEachPart(
    of stage: Stage, as member: Member,
    _ body: (_ panels: Range<Int>, _ sample: Int, _ rows: Range<Int>) -> Void
  ) {
    let positions = stage.image.positions
    let (panels, group) = (stage.output.panels, 4)
    for task in member.share(of: (panels + group - 1) / group * batch.count) {
      let (index, sample) = task.quotientAndRemainder(dividingBy: batch.count)
      body(
        index * group..<min((index + 1) * group, panels), sample,
        sample * positions..<(sample + 1) * positions)
    }
  }

  /// Copies images into the input's panels.
  private func gather(samples: Range<Int>) {
    let width = Lanes.scalarCount
    let input = stages[0].values[0]
    let whole = input.columns / width
    let positions = stages[0].image.positions
    for row in samples.lowerBound * positions..<samples.upperBound * positions {
      let (sample, position) = row.quotientAndRemainder(dividingBy: positions)
      let image = UnsafeRawPointer(
        batch.images + (batch.places[sample] * positions + position) * input.columns)
      for panel in 0..<whole {
        input.panel(panel)[row] = image.loadUnaligned(
          fromByteOffset: panel * MemoryLayout<Lanes>.stride, as: Lanes.self)
      }
      for column in whole * width..<input.columns {
        input[row, column] = image.load(
          fromByteOffset: column * MemoryLayout<Float>.stride, as: Float.self)
      }
    }
  }
}

extension Stage {
  /// Goes through the elementwise layers.
  func activate(panels: Range<Int>, rows: Range<Int>, training: SampleKeys?) {
    for activation in activations {
      activation.forward(
        values[activation.input], into: values[activation.output], panels: panels, rows: rows,
        training: training)
    }
  }
}
