import TrainingCore

@testable import ReferenceTraining

/// The readable trainer with a fault, of a kind that trainers have: what the laws are there to find.
protocol FaultyTrainer: Trainer {
  var correct: ReferenceTrainer<Float> { get set }
  init(correct: ReferenceTrainer<Float>)
}

extension FaultyTrainer {
  /// It claims to keep the contract, unless it says otherwise.
  static var promisesBits: Bool { true }

  init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    try self.init(correct: ReferenceTrainer(configuration, state: state))
  }
  var model: ModelSpec { correct.model }
  var steps: Int { correct.steps }
  var state: ModelState { correct.state }
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    correct.accumulateGradient(of: batch)
  }
  var gradient: [Tensor] { correct.gradient }
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: learningRate, batchSize: batchSize)
  }
  func outputs(for batch: Batch) -> [Float] { correct.outputs(for: batch) }
  func evaluate(_ batch: Batch) -> Tally { correct.evaluate(batch) }

  /// Lets a pass accumulate from zero, and puts together what was there and what came.
  mutating func accumulate(
    _ batch: Batch, combine: (_ held: Float, _ new: Float) -> Float
  ) -> Tally {
    let held = correct.gradients
    correct.gradients = held.map(\.zeros)
    let tally = correct.accumulateGradient(of: batch)
    for (index, pair) in held.enumerated() {
      let new = correct.gradients[index]
      correct.gradients[index].weight.elements =
        zip(pair.weight.elements, new.weight.elements).map(combine)
      correct.gradients[index].bias.elements =
        zip(pair.bias.elements, new.bias.elements).map(combine)
    }
    return tally
  }
}

/// Takes each part's mean for the gradient, as a loss with `reduction="mean"` does.
struct AveragesEachPart: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulate(batch) { $0 + $1 / Float(batch.count) }
  }
}

/// Divides each part's gradient by the weights of its labels, as `CrossEntropyLoss(weight=…)` does.
struct AveragesEachPartByWeights: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    let before = correct.weightSum
    var copy = correct
    _ = copy.accumulateGradient(of: batch)
    let weight = copy.weightSum - before
    return accumulate(batch) { $0 + $1 / weight }
  }
}

/// Forgets the weights of all parts but the first.
struct TalliesNoWeights: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    let tally = correct.accumulateGradient(of: batch)
    var unweighted = Tally()
    unweighted.loss = tally.loss
    unweighted.correct = tally.correct
    return batch.count > 7 ? tally : unweighted
  }
}

/// Sums a part from zero and adds the sum, as threads with a gradient of their own do: right but for
/// roundings.
struct AddsPartialSums: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally { accumulate(batch, combine: +) }
}

/// The same, and honest about it.
struct AddsInAnyOrder: FaultyTrainer {
  static var promisesBits: Bool { false }
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally { accumulate(batch, combine: +) }
}

/// Forgets what was accumulated before.
struct KeepsTheLastPart: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulate(batch) { _, new in new }
  }
}

/// Draws dropout masks by a sample's place in the pass.
struct DrawsMasksByPlace: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    correct.accumulateGradient(
      inputs: Matrix(rows: batch.count, columns: model.input.count, elements: batch.inputs),
      labels: batch.labels, samples: Array(0..<batch.count), epoch: batch.epoch
    ).tally
  }
}

/// Adds losses up in `Float`.
struct RoundsLosses: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    let outcome = correct.accumulateGradient(
      inputs: Matrix(rows: batch.count, columns: model.input.count, elements: batch.inputs),
      labels: batch.labels, samples: batch.samples, epoch: batch.epoch)
    var tally = Tally()
    let sum = outcome.losses.reduce(0, +)
    for (place, hit) in outcome.hits.enumerated() {
      tally.add(loss: place == 0 ? Double(sum) : 0, isCorrect: hit)
    }
    return tally
  }
}

/// Leaves the last sample of every pass out of the gradient.
struct SkipsTheLastSample: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    let held = correct
    let tally = correct.accumulateGradient(of: batch)
    guard batch.count > 1 else { return tally }
    let row = batch.count - 1
    var rest = held
    _ = rest.accumulateGradient(
      inputs: Matrix(
        rows: row, columns: model.input.count,
        elements: Array(batch.inputs.prefix(row * model.input.count))),
      labels: Array(batch.labels.prefix(row)), samples: Array(batch.samples.prefix(row)),
      epoch: batch.epoch)
    correct = rest
    return tally
  }
}

/// Divides by the batch size in the loss and again in the step, where a step is one call.
struct DividesTwice: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    let tally = correct.accumulateGradient(of: Batch(samples, of: examples, epoch: epoch))
    correct.step(learningRate: learningRate, batchSize: samples.count * samples.count)
    return tally
  }
}

/// Centres outputs over the batch, in inference too.
struct CentresOutputs: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  func outputs(for batch: Batch) -> [Float] {
    let outputs = correct.outputs(for: batch)
    let mean = outputs.reduce(0, +) / Float(max(outputs.count, 1))
    return outputs.map { $0 - mean }
  }
}

/// Divides the batch's variance by N − 1 where N is asked for.
struct UnbiasesTheVariance: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  var count = 2
  init(correct: ReferenceTrainer<Float>) { self.correct = correct }
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    count = batch.count
    return correct.accumulateGradient(of: batch)
  }
  var state: ModelState {
    var state = correct.state
    for index in state.statistics.indices where !index.isMultiple(of: 2) {
      for element in state.statistics[index].values.indices {
        state.statistics[index].values[element] *= Float(count) / Float(count - 1)
      }
    }
    return state
  }
}

/// Leaves the running statistics as they are.
struct KeepsTheAverages: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    let before = correct.statistics
    let tally = correct.accumulateGradient(of: batch)
    correct.statistics = before
    return tally
  }
}

/// Has a gradient of zeros, and steps by it.
struct HasNoGradient: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulate(batch) { _, _ in 0 }
  }
}

/// Takes the gradient with the wrong sign, and steps by it: goes uphill.
struct ClimbsTheLoss: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulate(batch) { $0 - $1 }
  }
}

/// Takes a gradient that is 5 % too long, and steps by it.
struct StretchesTheGradient: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    accumulate(batch) { $0 + 1.05 * $1 }
  }
}

/// Tells no gradient.
struct TellsNoGradient: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  var gradient: [Tensor] { [] }
}
