/// How stages make a backward pass, and how a team divides it.
extension Network {
  /// Losses and hits of the batch and, where asked for, the gradient of the last stage.
  func evaluateLoss(withGradient: Bool, as member: Member) {
    let width = Lanes.scalarCount
    let last = stages.count - 1
    let stage = stages[last]
    for block in member.share(of: (batch.count + width - 1) / width) {
      let rows = block * width..<min((block + 1) * width, batch.count)
      let gradient = withGradient && last >= firstLearned ? stage.gradient : nil
      switch model.loss {
      case .softmaxCrossEntropy:
        SoftmaxCrossEntropy.evaluate(
          logits: stage.output, rows: rows, labels: batch.labels, gradient: gradient,
          losses: batch.losses, hits: batch.hits)
      case .binaryCrossEntropy:
        BinaryCrossEntropy.evaluate(
          logits: stage.output, rows: rows, labels: batch.labels, gradient: gradient,
          losses: batch.losses, hits: batch.hits)
      }
      guard gradient != nil else { continue }
      finishGradient(
        of: last, panels: 0..<stage.output.panels, rows: block * width..<(block + 1) * width)
    }
    member.synchronize()
  }

  /// Lays out weights for the backward pass, whose first barrier is that behind the loss.
  func transposeWeights(as member: Member) {
    for stage in stages.dropFirst(firstLearned + 1) {
      switch stage.head {
      case .convolution(let convolution): convolution.transposeWeights(as: member)
      case .depthwise(let convolution): convolution.transposeWeights(as: member)
      default: continue
      }
    }
  }

  /// The chain rule, from the last stage to the first that learns.
  func propagateGradient(as member: Member) {
    for index in stride(from: stages.count - 1, to: firstLearned, by: -1) {
      propagateGradient(through: index, as: member)
      member.synchronize()
    }
    guard firstLearned < stages.count, case .batchNorm(let norm) = stages[firstLearned].head else {
      return
    }
    let stage = stages[firstLearned]
    norm.backward(
      x: stages[firstLearned - 1].output, outputGradient: stage.gradient, into: nil,
      count: batch.count * stage.image.positions, panels: member.share(of: stage.output.panels))
    member.synchronize()
  }

  /// From a stage's gradient to that of the stage before.
  private func propagateGradient(through index: Int, as member: Member) {
    let stage = stages[index]
    let previous = stages[index - 1]
    let gradient = stage.gradient
    let inputGradient = previous.gradient
    let rows = batch.count * stage.image.positions
    let finish = { (panels: Range<Int>, rows: Range<Int>) in
      self.finishGradient(of: index - 1, panels: panels, rows: rows)
    }
    switch stage.head {
    case .input: break
    case .dense(let parameters): propagateGradient(throughDense: parameters, index, as: member)
    case .convolution(let convolution):
      convolution.inputGradient(
        outputGradient: gradient, into: inputGradient, samples: batch.count, member: member,
        finish: finish)
    case .depthwise(let convolution):
      convolution.inputGradient(
        outputGradient: gradient, into: inputGradient, samples: batch.count, member: member,
        finish: finish)
    case .batchNorm(let norm):
      let panels = member.share(of: stage.output.panels)
      norm.backward(
        x: previous.output, outputGradient: gradient, into: inputGradient, count: rows,
        panels: panels)
      finish(panels, 0..<(previous.isDense ? capacity : rows))
    case .averagePool(let pool):
      forEachPart(of: previous, as: member) { panels, sample, rows in
        for panel in panels {
          pool.backward(
            outputGradient: gradient, into: inputGradient, panel: panel, sample: sample)
        }
        finish(panels, rows)
      }
    case .maxPool(let pool):
      forEachPart(of: previous, as: member) { panels, sample, rows in
        for panel in panels {
          pool.backward(
            x: previous.output, outputGradient: gradient, into: inputGradient, panel: panel,
            sample: sample)
        }
        finish(panels, rows)
      }
    case .residual, .copy:
      let panels = member.share(of: stage.output.panels)
      for panel in panels {
        inputGradient.panel(panel).update(from: gradient.panel(panel), count: rows)
      }
      finish(panels, 0..<(previous.isDense ? capacity : rows))
    case .flatten:
      let samples = member.share(of: batch.count)
      let positions = previous.image.positions
      Flattening.backward(
        gradient, into: inputGradient, image: previous.image, samples: samples)
      finish(
        0..<inputGradient.panels,
        samples.lowerBound * positions..<samples.upperBound * positions)
    }
  }

  private func propagateGradient(
    throughDense parameters: Parameters, _ index: Int, as member: Member
  ) {
    let previous = stages[index - 1]
    let width = Lanes.scalarCount
    let panels = member.share(of: previous.output.panels)
    Dense.inputGradient(
      weight: parameters.weight.values, outputGradient: stages[index].transposedGradient,
      into: previous.transposedGradient,
      features: panels.lowerBound
        * width..<min(panels.upperBound * width, parameters.weight.values.rows),
      count: batch.count
    ) { samples, features in
      let panels = features.lowerBound / width..<(features.upperBound + width - 1) / width
      let rows = samples.lowerBound * width..<samples.upperBound * width
      previous.restoreGradient(panels: panels, rows: rows)
      finishGradient(of: index - 1, panels: panels, rows: rows)
    }
  }

  /// Takes a part of the gradient at a stage's output back to the output of its head, and
  /// transposes it where the stage before will need it so.
  private func finishGradient(of index: Int, panels: Range<Int>, rows: Range<Int>) {
    let stage = stages[index]
    if !stage.shortcuts.isEmpty { addShortcuts(to: stage, panels: panels, rows: rows) }
    stage.deactivate(panels: panels, rows: rows)
    if index > firstLearned, stage.isDense {
      stage.transposeGradient(panels: panels, rows: rows)
    }
  }

  /// Adds the gradients that come back along shortcuts, themselves summed from the last to the first.
  private func addShortcuts(to stage: Stage, panels: Range<Int>, rows: Range<Int>) {
    for panel in panels {
      let target = stage.gradient.panel(panel)
      for row in rows {
        var sum = stages[stage.shortcuts[0]].gradient.panel(panel)[row]
        for later in stage.shortcuts.dropFirst() { sum += stages[later].gradient.panel(panel)[row] }
        target[row] += sum
      }
    }
  }
}

extension Stage {
  /// Whether the stage begins with a dense layer.
  var isDense: Bool { if case .dense = head { true } else { false } }

  /// Goes back through them.
  func deactivate(panels: Range<Int>, rows: Range<Int>) {
    for activation in activations.reversed() {
      activation.backward(gradient, y: values[activation.output], panels: panels, rows: rows)
    }
  }
}
