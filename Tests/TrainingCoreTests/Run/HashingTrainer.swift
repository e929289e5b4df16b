import TrainingCore

/// A trainer that learns nothing but remembers everything: its one weight is a hash of all that
/// it was told, in order, so that any difference between two runs stays visible.
struct HashingTrainer: Trainer {
  let model: ModelSpec
  private(set) var steps = 0
  private var hash: UInt64 = 1
  private(set) var calls: [String] = []

  init(_ configuration: RunConfiguration, state: ModelState? = nil, threads: Int? = nil) {
    model = configuration.model
    guard let state else { return }
    steps = state.steps
    hash =
      UInt64(state.parameters[0].values[0].bitPattern) << 32
      | UInt64(state.parameters[0].values[1].bitPattern)
  }

  var state: ModelState {
    let halves = [UInt32(truncatingIfNeeded: hash >> 32), UInt32(truncatingIfNeeded: hash)]
    return ModelState(
      parameters: [Tensor(name: "hash", shape: [2], values: halves.map(Float.init(bitPattern:)))],
      statistics: [], slots: [], steps: steps)
  }

  private mutating func mix(_ word: UInt64) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
  }

  private func tally(of batch: Batch, _ salt: UInt64) -> Tally {
    var tally = Tally()
    for sample in batch.samples {
      let word = (salt &+ UInt64(sample)) &* 0x9E37_79B9_7F4A_7C15
      tally.add(loss: Double(word >> 40) * 0x1p-24, isCorrect: word & 1 == 1)
    }
    return tally
  }

  mutating func accumulateGradient(of batch: Batch) -> Tally {
    calls.append("gradient \(batch.samples) of epoch \(batch.epoch)")
    for sample in batch.samples { mix(UInt64(sample)) }
    for input in batch.inputs { mix(UInt64(input.bitPattern)) }
    mix(UInt64(batch.epoch))
    return tally(of: batch, hash)
  }

  var gradient: [Tensor] { [] }

  mutating func step(learningRate: Double, batchSize: Int) {
    calls.append("step \(learningRate) for \(batchSize)")
    steps += 1
    mix(learningRate.bitPattern)
    mix(UInt64(batchSize))
  }

  func outputs(for batch: Batch) -> [Float] { batch.inputs }

  func evaluate(_ batch: Batch) -> Tally { tally(of: batch, hash) }
}
