import Foundation
@testable import Files
@testable import TrainingCore

/// Bits of a state, so that −0 differs from 0 and a NaN equals itself.
func stateBits(_ state: ModelState) -> [String: [UInt32]] {
  var bits = ["counters": [UInt32(state.steps), UInt32(state.batchesTracked)]]
  let groups = [state.parameters, state.statistics] + state.slots
  for (group, tensors) in groups.enumerated() {
    for (index, tensor) in tensors.enumerated() {
      bits["\(group)/\(index)/\(tensor.name)\(tensor.shape)"] = tensor.values.map(\.bitPattern)
    }
  }
  return bits
}

/// Checkpoints with every tensor and every counter at a value of its own.
enum CheckpointSamples {
  static let models = [
    "mlp:6-5-3", "mlp:6-5-3+batchnorm", "mlp:6-5-3+dropout0.5", "mlp:6-5-4-3+ghost64+tanh",
    "lenet", "mobilenet-v2-tiny",
  ]

  static let optimizers = [
    OptimizerSpec.sgd(SGDSpec()), .sgd(SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 0.01)),
    .adam(AdamSpec()), .adamw(AdamSpec(weightDecay: 0.01)), .rmsprop(RMSpropSpec()),
    .rmsprop(RMSpropSpec(momentum: 0.5, convention: .keras)),
  ]

  /// Bits that arithmetic or a comparison could blur: −0, a subnormal, infinities, NaN payloads.
  private static let special: [UInt32] = [
    0x8000_0000, 0x0000_0001, 0x7F80_0000, 0xFF80_0000, 0x7FC0_1234, 0xFFF0_0001,
  ]

  /// The same with numbers that a model can have: finite ones, and no variance below zero.
  static func usableState(of model: ModelSpec, _ optimizer: OptimizerSpec) -> ModelState {
    var state = state(of: model, optimizer)
    func usable(_ tensors: [Tensor]) -> [Tensor] {
      tensors.map { tensor in
        var tensor = tensor
        tensor.values = tensor.values.map { value in
          let finite = value.isFinite ? value : Float(bitPattern: value.bitPattern & 0x8FFF_FFFF)
          return tensor.name.hasSuffix("running_var") ? finite.magnitude : finite
        }
        return tensor
      }
    }
    state.parameters = usable(state.parameters)
    state.statistics = usable(state.statistics)
    return state
  }

  /// Random bits of any kind, and the special ones.
  static func state(of model: ModelSpec, _ optimizer: OptimizerSpec) -> ModelState {
    var state = ModelState.initial(model: model, optimizer: optimizer, seed: 1)
    let field = RandomField(seed: 8, purpose: .initialWeights, layer: 1 << 20)
    var drawn = 0
    func fill(_ tensors: [Tensor]) -> [Tensor] {
      tensors.map { tensor in
        var tensor = tensor
        for index in tensor.values.indices {
          tensor.values[index] = Float(bitPattern: field.words(quad: drawn)[0])
          drawn += 1
        }
        for (index, bits) in special.enumerated() where index < tensor.values.count {
          tensor.values[index] = Float(bitPattern: bits)
        }
        return tensor
      }
    }
    state.parameters = fill(state.parameters)
    state.statistics = fill(state.statistics)
    state.slots = state.slots.map(fill)
    state.steps = 12
    state.batchesTracked = state.statistics.isEmpty ? 0 : 34
    return state
  }

  /// Two epochs and three batches of 4 samples into a run over 18.
  static func checkpoint(
    _ name: String = "mlp:6-5-3+batchnorm", _ optimizer: OptimizerSpec = .adam(AdamSpec())
  ) throws -> Checkpoint {
    let model = try ModelSpec(named: name)
    var configuration = RunConfiguration(
      model: model, optimizer: optimizer,
      schedule: LearningRateSchedule(
        base: 0.1, warmUpSteps: 5, decay: .plateau(patience: 1, factor: 0.3, threshold: 0.01)),
      batchSize: 4, seed: .max)
    configuration.scaling = .squareRoot
    configuration.baseBatchSize = 3
    configuration.clipNorm = 0.7
    configuration.microBatchSize = 2
    configuration.change(batchSize: 6, afterEpochs: 7)
    var progress = RunProgress()
    progress.epochs = 2
    progress.batches = 3
    for sample in 0..<12 { progress.tally.add(loss: 0x1p60 / 3, isCorrect: sample % 3 == 0) }
    progress.seconds = 0.1
    progress.plateau.best = -0.0
    progress.plateau.epochsWithoutProgress = 1
    progress.plateau.reductions = 2
    progress.history = [
      EpochRecord(
        epoch: 1, steps: 5, learningRate: 0.1, trainingLoss: 1 / 3, trainingAccuracy: 2 / 3,
        validationLoss: nil, validationAccuracy: nil, seconds: .leastNonzeroMagnitude),
      EpochRecord(
        epoch: 2, steps: 10, learningRate: 1e300, trainingLoss: .infinity, trainingAccuracy: 0,
        validationLoss: -.infinity, validationAccuracy: 1, seconds: 0),
    ]
    return Checkpoint(
      configuration: configuration, progress: progress, state: state(of: model, optimizer),
      data: DataDescription(
        name: "a \"name\" with \\ é\n", normalization: "z-score", validationFraction: 0.1,
        split: "last", trainingCount: 18))
  }

  /// The problem with a file, or nil where it is taken.
  static func problem(_ file: Safetensors) -> String? {
    do throws(FileError) {
      _ = try Checkpoint(file, path: "x")
      return nil
    } catch {
      return error.problem
    }
  }
}
