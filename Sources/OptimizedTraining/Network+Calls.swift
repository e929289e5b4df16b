import TrainingCore

/// What a trainer is asked for, as pieces of work for the team.
extension Network {
  /// Samples that are run forward at a time in inference mode, where they don't meet: 256, or as many
  /// as keep a stage's array below 64 MiB.
  var inferenceBlock: Int {
    let numbers = stages.map { $0.image.positions * PanelMatrix.panelCount($0.image.channels) }
    let largest = (numbers.max() ?? 1) * MemoryLayout<Lanes>.stride
    return max(min(256, (64 << 20) / largest), 1)
  }

  /// Runs a batch, or one part of it, forward and backward and adds to the gradient.
  func accumulateGradient(of batch: Batch) -> Tally {
    reserve(max(batch.count, 1))
    prepareGradients()
    self.batch.take(0..<batch.count, of: batch)
    perform(.accumulate, images: batch.inputs)
    hasGradient = true
    if tracksAverages { batchesTracked += 1 }
    return self.batch.tally
  }

  /// Runs a batch, or one part of it, forward in training mode.
  func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    reserve(max(batch.count, 1))
    let before = updatesAverages ? nil : (movingAverages, latestStatistics)
    self.batch.take(0..<batch.count, of: batch)
    perform(.score, images: batch.inputs)
    if let before {
      load(movingAverages: before.0)
      load(latestStatistics: before.1)
    } else if tracksAverages {
      batchesTracked += 1
    }
    return self.batch.tally
  }

  /// Moves the weights against the accumulated gradient and clears it.
  func step(learningRate: Double, batchSize: Int) {
    prepareGradients()
    batch.forgetNext()
    steps += 1
    if clipNorm != nil { perform(.square, images: []) }
    let factor = GradientClipping.factor(
      squares: squares, batchSize: batchSize, limit: clipNorm)
    perform(.apply(optimizerStep(learningRate: learningRate, factor: factor)), images: [])
    hasGradient = false
  }

  /// Trains on one batch of a data set, and perhaps begins with the next.
  func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    reserve(samples.count)
    let storesGradient = clipNorm != nil || hasGradient
    batch.take(
      samples, of: examples, epoch: epoch,
      upcoming: allowsSweeps && !storesGradient ? upcoming : [])
    if tracksAverages { batchesTracked += 1 }
    if storesGradient {
      prepareGradients()
      perform(.accumulate, images: examples.inputs)
      step(learningRate: learningRate, batchSize: samples.count)
    } else {
      steps += 1
      let step = optimizerStep(learningRate: learningRate, factor: 1 / Float(samples.count))
      perform(.train(step), images: examples.inputs)
    }
    return batch.tally
  }

  /// Runs samples forward in inference mode.
  func outputs(for batch: Batch) -> [Float] {
    var outputs: [Float] = []
    outputs.reserveCapacity(batch.count * stages[stages.count - 1].image.channels)
    forEachInferenceBlock(of: batch, .forward) { outputs += logits.elements(rows: $0) }
    return outputs
  }

  /// Runs samples forward in inference mode and compares with their labels.
  func evaluate(_ batch: Batch) -> Tally {
    var tally = Tally()
    forEachInferenceBlock(of: batch, .evaluate) { _ in tally.add(self.batch.tally) }
    return tally
  }

  private func forEachInferenceBlock(
    of batch: Batch, _ task: Task, _ body: (_ count: Int) -> Void
  ) {
    reserve(min(batch.count, inferenceBlock))
    for first in stride(from: 0, to: batch.count, by: inferenceBlock) {
      let rows = first..<min(first + inferenceBlock, batch.count)
      self.batch.take(rows, of: batch)
      perform(task, images: batch.inputs)
      body(rows.count)
    }
  }

  private func optimizerStep(learningRate: Double, factor: Float) -> OptimizerStep {
    OptimizerStep(spec: optimizer, learningRate: learningRate, t: steps, factor: factor)
  }

  func perform(_ task: Task, images: [Float]) {
    self.task = task
    images.withUnsafeBufferPointer { images in
      if let first = images.baseAddress { batch.images = first }
      team.perform(self)
    }
  }
}
