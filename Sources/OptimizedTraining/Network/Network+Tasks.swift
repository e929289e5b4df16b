import TrainingCore

/// The operations of a trainer, each a task or two for the team.
extension Network {
  /// Samples that are run forward at a time in inference mode, where they don't meet: 256, or as many
  /// as keep a stage's array below 64 MiB.
  var inferenceBlock: Int {
    let numbers = stages.map { $0.image.positions * PanelMatrix.panelCount($0.image.channels) }
    let largest = (numbers.max() ?? 1) * MemoryLayout<Lanes>.stride
    return max(min(256, (64 << 20) / largest), 1)
  }

  /// Runs a mini-batch or a micro-batch forward and backward and adds to the gradient.
  func accumulateGradient(of batch: Batch) -> Tally {
    reserve(max(batch.count, 1))
    reserveGradients()
    self.batch.take(0..<batch.count, of: batch)
    perform(.accumulate, images: batch.inputs)
    hasGradient = true
    self.batch.addWeights(to: &weightSum)
    if tracksRunningStatistics { batchesTracked += 1 }
    return self.batch.tally
  }

  /// Runs a mini-batch or a micro-batch forward in training mode.
  func trainingTally(of batch: Batch, updatesStatistics: Bool) -> Tally {
    reserve(max(batch.count, 1))
    let before = updatesStatistics ? nil : (runningStatistics, latestStatistics)
    self.batch.take(0..<batch.count, of: batch)
    perform(.evaluate(isTraining: true), images: batch.inputs)
    if let before {
      (runningStatistics, latestStatistics) = before
    } else if tracksRunningStatistics {
      batchesTracked += 1
    }
    return self.batch.tally
  }

  /// Moves the weights against the accumulated gradient and clears it.
  func step(learningRate: Double, batchSize: Int) {
    reserveGradients()
    batch.forgetNext()
    steps += 1
    let limit = configuration.clipNorm
    if limit != nil { perform(.square, images: []) }
    let divisor = takeDivisor(batchSize: batchSize)
    let factor = GradientClipping.factor(squares: squares, divisor: divisor, limit: limit)
    perform(.apply(optimizerStep(learningRate: learningRate, factor: factor)), images: [])
    hasGradient = false
  }

  /// What the summed gradient is to be divided by: the sum of the samples' weights, which then begins
  /// anew, or their number where they have none.
  private func takeDivisor(batchSize: Int) -> Float {
    defer { weightSum = 0 }
    return weightSum == 0 ? Float(batchSize) : weightSum
  }

  /// Trains on one mini-batch of a data set, and perhaps starts the next one's forward pass.
  func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    reserve(samples.count)
    let storesGradient = configuration.clipNorm != nil || hasGradient
    batch.take(
      samples, of: examples, epoch: epoch,
      upcoming: allowsSweeps && !storesGradient ? upcoming : [])
    batch.addWeights(to: &weightSum)
    if tracksRunningStatistics { batchesTracked += 1 }
    if storesGradient {
      reserveGradients()
      perform(.accumulate, images: examples.inputs)
      step(learningRate: learningRate, batchSize: samples.count)
    } else {
      steps += 1
      let divisor = takeDivisor(batchSize: samples.count)
      let step = optimizerStep(learningRate: learningRate, factor: 1 / divisor)
      perform(.train(step), images: examples.inputs)
    }
    return batch.tally
  }

  /// Runs samples forward in inference mode.
  func outputs(for batch: Batch) -> [Float] {
    let last = stages[stages.count - 1]
    var outputs: [Float] = []
    outputs.reserveCapacity(batch.count * last.image.channels)
    forEachInferenceBlock(of: batch, .forward(stages.indices)) {
      outputs += last.output.elements(rows: $0)
    }
    return outputs
  }

  /// Runs samples forward in inference mode and compares with their labels.
  func evaluate(_ batch: Batch) -> Tally {
    var tally = Tally()
    forEachInferenceBlock(of: batch, .evaluate(isTraining: false)) { _ in
      tally.add(self.batch.tally)
    }
    return tally
  }

  private func forEachInferenceBlock(
    of batch: Batch, _ task: Task, _ body: (_ count: Int) -> Void
  ) {
    reserve(min(batch.count, inferenceBlock))
    for rows in Blocks(of: 0..<batch.count, size: inferenceBlock) {
      self.batch.take(rows, of: batch)
      perform(task, images: batch.inputs)
      body(rows.count)
    }
  }

  private func optimizerStep(learningRate: Double, factor: Float) -> OptimizerStep {
    OptimizerStep(
      spec: configuration.optimizer, learningRate: learningRate, t: steps, factor: factor)
  }

  /// Has the team do a task, which reads images [samples, H·W·C].
  func perform(_ task: Task, images: [Float]) {
    self.task = task
    images.withUnsafeBufferPointer { images in
      if let first = images.baseAddress { batch.images = first }
      team.perform(self)
    }
  }
}

/// What each member of the team does of a task.
extension Network: TeamWork {
  func work(as member: Member) {
    switch task {
    case .forward(let stages): forward(through: stages, isTraining: false, as: member)
    case .measure(let statistics): statistics.add(batch, as: member)
    case .evaluate(let isTraining):
      forward(isTraining: isTraining, as: member)
      evaluateLoss(withGradient: false, as: member)
    case .accumulate:
      forwardAndBackward(as: member)
      weightGradients(as: member) { Accumulation($0.gradient) }
    case .train(let step), .apply(let step): step.take(in: self, as: member)
    case .square:
      for (tensor, squares) in zip(tensors, squares) {
        GradientClipping.square(
          tensor.gradient, into: squares, panels: member.share(of: squares.panels))
      }
    }
  }

  private func forwardAndBackward(as member: Member) {
    transposeWeights(as: member)
    forward(isTraining: true, as: member)
    evaluateLoss(withGradient: true, as: member)
    backward(as: member)
  }

  /// Steps with the accumulated gradient, or trains on the batch.
  ///
  /// Training hands the gradients of dense layers and convolutions to the optimizer as soon as they
  /// are summed, and never stores them.
  func step(with rule: some UpdateRule, as member: Member) {
    if case .apply = task {
      for tensor in learned { stepWithStoredGradient(tensor, rule, share: member) }
      return
    }
    if isSingleSample { return trainOnSingleSample(with: rule, as: member) }
    forwardAndBackward(as: member)
    weightGradients(as: member) { Update(lines: $0.lines, rule: rule) }
    guard member.index == 0 else { return }
    for parameters in stages.dropFirst(firstLearned).compactMap(\.scaleAndShift) {
      stepWithStoredGradient(parameters.weight, rule, share: nil)
      stepWithStoredGradient(parameters.bias, rule, share: nil)
    }
  }

  /// Steps a tensor, or a member's share of it, with its stored gradient, and clears that.
  @inline(__always)
  private func stepWithStoredGradient(
    _ tensor: LearnedTensor, _ rule: some UpdateRule, share: Member?
  ) {
    let (lines, gradient) = (tensor.lines, tensor.gradient.lines)
    let count = tensor.values.panels * tensor.values.stride
    for line in share?.share(of: count) ?? 0..<count {
      rule.step(lines, at: line, gradientSum: gradient[line])
      gradient[line] = .zero
    }
  }
}
