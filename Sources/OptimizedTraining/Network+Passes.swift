/// How stages make a forward and a backward pass, and how a team divides them.
///
/// A pass is a sequence of phases with a barrier behind each. In a phase every member takes its
/// share of the output's panels, over all samples, or of smaller blocks where there are too few.
/// No element is ever the sum of two members' work.
extension Network {
  /// Runs the batch through the stages.
  ///
  /// - Parameters:
  ///   - first: The stage to begin with: 0, which gathers the images, or the one behind a stage
  ///     whose output is there already.
  ///   - isTraining: Whether dropout drops and batches are normalised by their own statistics.
  ///   - member: Who works.
  func forward(from first: Int = 0, isTraining: Bool, as member: Member) {
    let keys = isTraining ? SampleKeys(samples: batch.samples, epoch: batch.epoch) : nil
    if first == 0 {
      let rows = member.share(of: batch.count)
      gather(rows: rows)
      stages[0].activate(panels: 0..<stages[0].output.panels, rows: rows, training: keys)
      member.synchronize()
    }
    for index in max(first, 1)..<max(first, 1, stages.count) {
      let stage = stages[index]
      let x = stages[index - 1].output
      let y = stage.values[0]
      switch stage.head {
      case .input: break
      case .dense(let parameters):
        forEachBlock(panels: y.panels, rows: batch.count, of: member) { panels, rows in
          Dense.forward(x, with: parameters, into: y, panels: panels, rows: rows) {
            stage.activate(panels: $0, rows: $1, training: keys)
          }
        }
      case .batchNorm(let norm):
        let panels = member.share(of: y.panels)
        if isTraining {
          norm.forwardTraining(x, into: y, count: batch.count, panels: panels)
        } else {
          norm.forwardInference(x, into: y, count: batch.count, panels: panels)
        }
        stage.activate(panels: panels, rows: 0..<batch.count, training: keys)
      }
      member.synchronize()
    }
  }

  /// Copies images into the input's panels.
  private func gather(rows: Range<Int>) {
    let width = Lanes.scalarCount
    let input = stages[0].values[0]
    let whole = input.columns / width
    for row in rows {
      let image = UnsafeRawPointer(batch.images + batch.places[row] * input.columns)
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

  /// Losses and hits of the batch and, where asked for, the gradient of the last stage.
  func evaluateLoss(withGradient: Bool, as member: Member) {
    let width = Lanes.scalarCount
    let last = stages.count - 1
    let stage = stages[last]
    for block in member.share(of: (batch.count + width - 1) / width) {
      let rows = block * width..<min((block + 1) * width, batch.count)
      SoftmaxCrossEntropy.evaluate(
        logits: stage.output, rows: rows, labels: batch.labels,
        gradient: withGradient ? stage.gradient : nil, losses: batch.losses, hits: batch.hits)
      guard withGradient else { continue }
      finishGradient(
        of: last, panels: 0..<stage.output.panels, rows: block * width..<(block + 1) * width)
    }
    member.synchronize()
  }

  /// The chain rule, from the last stage to the first that learns.
  func propagateGradient(as member: Member) {
    for index in stride(from: stages.count - 1, to: firstLearned, by: -1) {
      let stage = stages[index]
      let previous = stages[index - 1]
      let width = Lanes.scalarCount
      switch stage.head {
      case .input: break
      case .dense(let parameters):
        let panels = member.share(of: previous.output.panels)
        Dense.inputGradient(
          weight: parameters.weight.values, outputGradient: stage.transposedGradient,
          into: previous.transposedGradient,
          features: panels.lowerBound
            * width..<min(
              panels.upperBound * width, parameters.weight.values.rows),
          count: batch.count
        ) { samples, features in
          let panels = features.lowerBound / width..<(features.upperBound + width - 1) / width
          let rows = samples.lowerBound * width..<samples.upperBound * width
          previous.restoreGradient(panels: panels, rows: rows)
          finishGradient(of: index - 1, panels: panels, rows: rows)
        }
      case .batchNorm(let norm):
        let panels = member.share(of: stage.output.panels)
        norm.backward(
          x: previous.output, outputGradient: stage.gradient, into: previous.gradient,
          count: batch.count, panels: panels)
        finishGradient(of: index - 1, panels: panels, rows: 0..<capacity)
      }
      member.synchronize()
    }
    guard case .batchNorm(let norm) = stages[firstLearned].head else { return }
    norm.backward(
      x: stages[firstLearned - 1].output, outputGradient: stages[firstLearned].gradient, into: nil,
      count: batch.count, panels: member.share(of: stages[firstLearned].output.panels))
    member.synchronize()
  }

  /// Takes a part of the gradient at a stage's output back to the output of its head, and
  /// transposes it where the stage before will need it so.
  private func finishGradient(of index: Int, panels: Range<Int>, rows: Range<Int>) {
    stages[index].deactivate(panels: panels, rows: rows)
    if index > firstLearned, case .dense = stages[index].head {
      stages[index].transposeGradient(panels: panels, rows: rows)
    }
  }

  /// Divides the panels of an array among the members, or blocks of panels and rows where there
  /// are too few panels for equal shares.
  private func forEachBlock(
    panels: Int, rows: Int, of member: Member,
    _ body: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let tile = Microkernel.columns / Lanes.scalarCount
    let pairs = (panels + tile - 1) / tile
    let sharesForBalance = 4 * member.count
    if member.count == 1 || pairs >= sharesForBalance {
      let share = member.share(of: pairs)
      body(share.lowerBound * tile..<min(share.upperBound * tile, panels), 0..<rows)
      return
    }
    let parts = (sharesForBalance + pairs - 1) / pairs
    let smallest = 4
    let size = max((rows + parts - 1) / parts, smallest)
    let blocks = (rows + size - 1) / size
    for task in member.share(of: pairs * blocks) {
      let (pair, block) = task.quotientAndRemainder(dividingBy: blocks)
      body(
        pair * tile..<min((pair + 1) * tile, panels),
        block * size..<min((block + 1) * size, rows))
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

  /// Goes back through them.
  func deactivate(panels: Range<Int>, rows: Range<Int>) {
    for activation in activations.reversed() {
      activation.backward(gradient, y: values[activation.output], panels: panels, rows: rows)
    }
  }
}
