/// The forward pass through the stages, and how a team divides it.
///
/// A pass is a sequence of phases with a barrier after each. In a phase every member computes its
/// share of the output's panels, over all rows, or of smaller blocks where there are too few.
/// No element is ever the sum of two members' work.
extension Network {
  /// Runs the batch through all stages, or through some whose input is there already.
  ///
  /// Stage 0 gathers the images. In training mode dropout drops, and batches are normalised by their
  /// own statistics.
  func forward(through part: Range<Int>? = nil, isTraining: Bool, as member: Member) {
    let part = part ?? stages.indices
    let keys = isTraining ? SampleKeys(samples: batch.samples, epoch: batch.epoch) : nil
    if part.lowerBound == 0 {
      let samples = member.share(of: batch.count)
      gather(samples: samples)
      let stage = stages[0]
      let positions = stage.image.positions
      stage.activate(
        panels: 0..<stage.output.panels,
        rows: samples.lowerBound * positions..<samples.upperBound * positions, training: keys)
      member.synchronize()
    }
    for index in part.clamped(to: 1..<stages.count) {
      forward(through: stages[index], after: stages[index - 1], keys: keys, as: member)
      member.synchronize()
    }
  }

  private func forward(
    through stage: Stage, after previous: Stage, keys: SampleKeys?, as member: Member
  ) {
    let x = previous.output
    let y = stage.values[0]
    let rows = batch.count * stage.image.positions
    let activate = { (panels: Range<Int>, rows: Range<Int>) in
      stage.activate(panels: panels, rows: rows, training: keys)
    }
    switch stage.head {
    case .input: break
    case .dense(let parameters):
      member.forEachBlock(panels: y.panels, rows: rows) { panels, rows in
        Dense.forward(x, with: parameters, into: y, panels: panels, rows: rows, finish: activate)
      }
    case .convolution(let convolution):
      convolution.forward(x, into: y, samples: batch.count, as: member, finish: activate)
    case .depthwise(let convolution):
      convolution.forward(x, into: y, samples: batch.count, as: member, finish: activate)
    case .batchNorm(let norm):
      let panels = member.share(of: y.panels)
      if keys != nil, norm.spec.statistics == .batch {
        norm.forwardTraining(x, into: y, count: rows, panels: panels, finish: activate)
      } else {
        norm.forwardInference(x, into: y, count: rows, panels: panels, finish: activate)
      }
    case .groupNorm(let norm):
      forEachSixteenSamples(as: member) { samples in
        norm.forward(x, into: y, samples: samples)
        let positions = stage.image.positions
        activate(0..<y.panels, samples.lowerBound * positions..<samples.upperBound * positions)
      }
    case .averagePool(let pool):
      forEachPanel(of: stage, as: member, finish: activate) { panel, sample, _ in
        pool.forward(x, into: y, panel: panel, sample: sample)
      }
    case .maxPool(let pool):
      forEachPanel(of: stage, as: member, finish: activate) { panel, sample, _ in
        pool.forward(x, into: y, panel: panel, sample: sample)
      }
    case .residual(let source):
      let shortcut = stages[source].output
      forEachPanel(of: stage, as: member, finish: activate) { panel, _, rows in
        Residual.forward(x, shortcut, into: y, panel: panel, rows: rows)
      }
    case .copy:
      forEachPanel(of: stage, as: member, finish: activate) { panel, _, rows in
        (y.panel(panel) + rows.lowerBound).update(
          from: x.panel(panel) + rows.lowerBound, count: rows.count)
      }
    case .flatten:
      let samples = member.share(of: batch.count)
      Flattening.forward(x, into: y, image: previous.image, samples: samples)
      activate(0..<y.panels, samples)
    }
  }

  /// Calls with sixteen neighbouring samples at a time, the last ones fewer, of a member's share.
  @inline(__always)
  func forEachSixteenSamples(as member: Member, _ body: (_ samples: Range<Int>) -> Void) {
    let width = Lanes.scalarCount
    for block in member.share(of: (batch.count + width - 1) / width) {
      body(block * width..<min((block + 1) * width, batch.count))
    }
  }

  /// Calls with each panel and sample of a member's share of a stage, and `finish` after each four
  /// panels of a sample, whose dropout masks are drawn at once.
  @inline(__always)
  func forEachPanel(
    of stage: Stage, as member: Member, finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void,
    _ body: (_ panel: Int, _ sample: Int, _ rows: Range<Int>) -> Void
  ) {
    let positions = stage.image.positions
    let (count, group) = (stage.output.panels, 4)
    for task in member.share(of: (count + group - 1) / group * batch.count) {
      let (index, sample) = task.quotientAndRemainder(dividingBy: batch.count)
      let panels = index * group..<min((index + 1) * group, count)
      let rows = sample * positions..<(sample + 1) * positions
      for panel in panels { body(panel, sample, rows) }
      finish(panels, rows)
    }
  }

  /// Packs images [samples, H·W·C] into the input's panels.
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
