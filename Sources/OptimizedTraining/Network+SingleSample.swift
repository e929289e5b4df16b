extension Network {
  /// Whether the batch is a single sample whose weights can be stepped on the way back.
  var isSingleSample: Bool { batch.count == 1 && allowsSweeps }

  /// Trains on a single sample, and begins with the next one's forward pass where it is known.
  func trainOnSingleSample(with rule: some UpdateRule, as member: Member) {
    forward(from: batch.isLookedAhead ? 2 : 0, isTraining: true, as: member)
    evaluateLoss(withGradient: true, as: member)
    for index in stride(from: stages.count - 1, to: 1, by: -1) {
      guard case .dense(let parameters) = stages[index].head else { continue }
      let previous = stages[index - 1]
      let gradient = stages[index].gradient
      let panels = member.share(of: previous.output.panels)
      SingleSample.propagateAndStep(
        parameters, x: previous.output, outputGradient: gradient, into: previous.gradient,
        skipsZeros: previous.endsWithReLU, panels: panels, rule: rule)
      previous.deactivate(panels: panels, rows: 0..<1)
      let bias = parameters.bias.lines(withGradient: false)
      for panel in member.share(of: gradient.panels) {
        rule.step(bias, at: panel, gradientSum: Lanes.zero + gradient.panel(panel)[0])
      }
      member.synchronize()
    }
    guard case .dense(let parameters) = stages[1].head else { return }
    let panels = member.share(of: stages[1].output.panels)
    let features = parameters.weight.values.rows
    SingleSample.stepAndLookAhead(
      parameters, image: batch.images + batch.places[0] * features,
      outputGradient: stages[1].gradient,
      next: batch.next.map { batch.images + $0 * features }, into: stages[1].values[0],
      panels: panels, rule: rule)
    guard batch.next != nil else { return }
    stages[1].activate(
      panels: panels, rows: 0..<1,
      training: SampleKeys(samples: batch.nextSample, epoch: batch.epoch))
  }
}

extension Stage {
  /// Whether what leaves the stage comes from a ReLU.
  var endsWithReLU: Bool {
    if case .relu = activations.last?.kind { true } else { false }
  }
}
