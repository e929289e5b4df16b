/// The backward pass through the stages, and how a team divides it.
extension Network {
  /// Computes losses and hits of the batch and, where asked for, the last stage's gradient.
  func evaluateLoss(withGradient: Bool, as member: Member) {
    let width = Lanes.scalarCount
    let last = stages.count - 1
    let stage = stages[last]
    let gradient = withGradient && last >= firstLearned ? stage.gradient : nil
    let evaluate =
      switch configuration.model.loss {
      case .softmaxCrossEntropy: softmaxCrossEntropy.evaluate
      case .binaryCrossEntropy: BinaryCrossEntropy.evaluate
      }
    for block in member.share(of: (batch.count + width - 1) / width) {
      let rows = block * width..<min((block + 1) * width, batch.count)
      evaluate(stage.output, rows, batch, gradient)
      guard gradient != nil else { continue }
      finishGradient(
        of: last, panels: 0..<stage.output.panels, rows: block * width..<(block + 1) * width)
    }
    member.synchronize()
  }

  /// Transposes convolutions' weights for the backward pass; the barrier after the loss is between.
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
  func backward(as member: Member) {
    for index in stride(from: stages.count - 1, to: firstLearned, by: -1) {
      backward(through: index, as: member)
      member.synchronize()
    }
    guard firstLearned < stages.count else { return }
    let stage = stages[firstLearned]
    let panels = member.share(of: stage.output.panels)
    switch stage.head {
    case .batchNorm(let norm):
      norm.backward(
        x: stages[firstLearned - 1].output, outputGradient: stage.gradient, into: nil,
        count: batch.count * stage.image.positions, panels: panels)
    case .groupNorm(let norm):
      norm.accumulateGradients(
        x: stages[firstLearned - 1].output, outputGradient: stage.gradient, samples: batch.count,
        panels: panels)
    default: return
    }
    member.synchronize()
  }

  /// Computes the previous stage's gradient from a stage's.
  private func backward(through index: Int, as member: Member) {
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
    case .dense(let parameters): backward(throughDense: parameters, index, as: member)
    case .convolution(let convolution):
      convolution.inputGradient(
        outputGradient: gradient, into: inputGradient, samples: batch.count, as: member,
        finish: finish)
    case .depthwise(let convolution):
      convolution.inputGradient(
        outputGradient: gradient, into: inputGradient, samples: batch.count, as: member,
        finish: finish)
    case .batchNorm(let norm):
      let panels = member.share(of: stage.output.panels)
      norm.backward(
        x: previous.output, outputGradient: gradient, into: inputGradient, count: rows,
        panels: panels)
      finish(panels, 0..<(previous.isDense ? capacity : rows))
    case .groupNorm(let norm):
      norm.accumulateGradients(
        x: previous.output, outputGradient: gradient, samples: batch.count,
        panels: member.share(of: stage.output.panels))
      forEachSixteenSamples(as: member) { samples in
        norm.inputGradient(
          x: previous.output, outputGradient: gradient, into: inputGradient, samples: samples)
        let positions = stage.image.positions
        finish(
          0..<inputGradient.panels,
          samples.lowerBound * positions..<samples.upperBound * positions)
      }
    case .averagePool(let pool):
      forEachPanel(of: previous, as: member, finish: finish) { panel, sample, _ in
        pool.backward(outputGradient: gradient, into: inputGradient, panel: panel, sample: sample)
      }
    case .maxPool(let pool):
      forEachPanel(of: previous, as: member, finish: finish) { panel, sample, _ in
        pool.backward(
          x: previous.output, outputGradient: gradient, into: inputGradient, panel: panel,
          sample: sample)
      }
    case .residual, .copy:
      let panels = member.share(of: stage.output.panels)
      // A residual sum may have its gradient in common with the stage before.
      for panel in panels where inputGradient !== gradient {
        inputGradient.panel(panel).update(from: gradient.panel(panel), count: rows)
      }
      finish(panels, 0..<(previous.isDense ? capacity : rows))
    case .flatten:
      let samples = member.share(of: batch.count)
      let positions = previous.image.positions
      Flattening.backward(gradient, into: inputGradient, image: previous.image, samples: samples)
      finish(
        0..<inputGradient.panels, samples.lowerBound * positions..<samples.upperBound * positions)
    }
  }

  private func backward(throughDense parameters: Parameters, _ index: Int, as member: Member) {
    let previous = stages[index - 1]
    let weight = parameters.weight.values
    let width = Lanes.scalarCount
    let panels = member.share(of: previous.output.panels)
    Dense.inputGradient(
      weight: weight, outputGradient: stages[index].transposedGradient,
      into: previous.transposedGradient,
      features: panels.lowerBound * width..<min(panels.upperBound * width, weight.rows),
      count: batch.count
    ) { samples, features in
      let panels = features.lowerBound / width..<(features.upperBound + width - 1) / width
      let rows = samples.lowerBound * width..<samples.upperBound * width
      previous.restoreGradient(panels: panels, rows: rows)
      finishGradient(of: index - 1, panels: panels, rows: rows)
    }
  }

  /// Completes a part of a stage's gradient: adds what comes along shortcuts, backpropagates through
  /// the elementwise layers, and transposes it where a dense layer needs it so.
  private func finishGradient(of index: Int, panels: Range<Int>, rows: Range<Int>) {
    let stage = stages[index]
    if !stage.shortcuts.isEmpty {
      Residual.backward(stage.shortcuts, into: stage.gradient, panels: panels, rows: rows)
    }
    stage.backpropagateActivations(panels: panels, rows: rows)
    if index > firstLearned, stage.isDense { stage.transposeGradient(panels: panels, rows: rows) }
  }

  /// The weight gradients of all dense layers and convolutions that learn, each tile of which goes
  /// into its tensor's sink as soon as it is summed over the batch.
  func weightGradients<Sink: GradientSink>(as member: Member, into sink: (LearnedTensor) -> Sink) {
    for index in stride(from: stages.count - 1, through: max(firstLearned, 1), by: -1) {
      let x = stages[index - 1].output
      let gradient = stages[index].gradient
      switch stages[index].head {
      case .dense(let parameters):
        Dense.weightGradient(
          x: x, outputGradient: gradient, count: batch.count, parameters: parameters, as: member,
          into: sink)
      case .convolution(let convolution):
        convolution.weightGradient(
          x: x, outputGradient: gradient, samples: batch.count, as: member, into: sink)
      case .depthwise(let convolution):
        convolution.weightGradient(
          x: x, outputGradient: gradient, samples: batch.count, as: member, into: sink)
      default: continue
      }
    }
  }
}
