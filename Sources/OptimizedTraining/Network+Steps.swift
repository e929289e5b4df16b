import TrainingCore

extension Network: TeamWork {
  /// Does one member's part of the task.
  ///
  /// - Parameter member: Who does it, and among how many.
  func work(as member: Member) {
    switch task {
    case .forward:
      forward(isTraining: false, as: member)
    case .forwardPart(let part):
      forward(from: part.lowerBound, to: part.upperBound, isTraining: false, as: member)
    case .measure(let statistics):
      statistics.add(batch, as: member)
    case .evaluate:
      forward(isTraining: false, as: member)
      evaluateLoss(withGradient: false, as: member)
    case .score:
      forward(isTraining: true, as: member)
      evaluateLoss(withGradient: false, as: member)
    case .accumulate:
      propagateBatch(as: member)
      foldGradients(into: Accumulation(), storesGradient: true, as: member)
    case .train(let step):
      if !isSingleSample { propagateBatch(as: member) }
      step.accept(TrainingVisitor(network: self, member: member))
    case .square:
      squareGradients(as: member)
    case .apply(let step):
      step.accept(ApplyingVisitor(network: self, member: member))
    }
  }

  private func propagateBatch(as member: Member) {
    transposeWeights(as: member)
    forward(isTraining: true, as: member)
    evaluateLoss(withGradient: true, as: member)
    propagateGradient(as: member)
  }

  private func squareGradients(as member: Member) {
    for (tensor, squares) in zip(parameters.flatMap(\.tensors), squares) {
      square(tensor, into: squares, as: member)
    }
  }

  private func square(_ tensor: LearnedTensor, into squares: PanelMatrix, as member: Member) {
    GradientClipping.square(
      tensor.gradient, into: squares, panels: member.share(of: squares.panels))
  }

  /// The gradients of all dense layers and convolutions that learn, each tile handed to a sink.
  fileprivate func foldGradients(
    into sink: some GradientSink, storesGradient: Bool, as member: Member
  ) {
    for index in stride(from: stages.count - 1, through: max(firstLearned, 1), by: -1) {
      let x = stages[index - 1].output
      let gradient = stages[index].gradient
      switch stages[index].head {
      case .dense(let parameters):
        Dense.weightGradient(
          x: x, outputGradient: gradient, count: batch.count, parameters: parameters,
          storesGradient: storesGradient, sink: sink, member: member)
      case .convolution(let convolution):
        convolution.weightGradient(
          x: x, outputGradient: gradient, samples: batch.count, storesGradient: storesGradient,
          sink: sink, member: member)
      case .depthwise(let convolution):
        convolution.weightGradient(
          x: x, outputGradient: gradient, samples: batch.count, storesGradient: storesGradient,
          sink: sink, member: member)
      default: continue
      }
    }
  }
}

/// Steps dense layers and convolutions with gradients that are never stored, and normalising layers
/// with theirs.
private struct TrainingVisitor: RuleVisitor {
  let network: Network
  let member: Member

  func visit<Rule: UpdateRule>(_ rule: Rule) {
    if network.isSingleSample { return network.trainOnSingleSample(with: rule, as: member) }
    network.foldGradients(into: Update(rule: rule), storesGradient: false, as: member)
    guard member.index == 0 else { return }
    for case .batchNorm(let norm) in network.stages.dropFirst(network.firstLearned).map(\.head) {
      applyStored(rule, norm.parameters.weight, share: nil)
      applyStored(rule, norm.parameters.bias, share: nil)
    }
  }
}

/// Steps all layers with stored gradients, and clears these.
private struct ApplyingVisitor: RuleVisitor {
  let network: Network
  let member: Member

  func visit<Rule: UpdateRule>(_ rule: Rule) {
    for parameters in network.learned {
      applyStored(rule, parameters.weight, share: member)
      applyStored(rule, parameters.bias, share: member)
    }
  }
}

/// Steps a tensor with its stored gradient, or a member's share of it, and clears that.
@inline(__always)
private func applyStored(_ rule: some UpdateRule, _ tensor: LearnedTensor, share: Member?) {
  let lines = tensor.lines(withGradient: true)
  let count = tensor.values.panels * tensor.values.stride
  for line in share?.share(of: count) ?? 0..<count {
    rule.step(lines, at: line, gradientSum: lines.gradient[line])
    lines.gradient[line] = .zero
  }
}
