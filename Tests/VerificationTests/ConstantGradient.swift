import TrainingCore

/// A model whose gradient is the same whole numbers at all weights that a few steps reach.
///
/// One dense layer, with a bias so large that the softmax is 1 for class 0 and 0 for the others, to
/// the last bit. A sample x of class t ≠ 0 then has the gradient x(e₀ − eₜ), which doesn't depend on
/// the weights; with whole numbers and powers of two nothing is rounded.
enum ConstantGradient {
  static let features = 4
  private static let classes = 3
  private static let bias: Float = 4096

  /// Samples of small whole numbers, every other one equal where they repeat.
  static func examples(_ count: Int, period: Int) -> Examples {
    let inputs = (0..<count).flatMap { sample in
      (0..<features).map { Float((sample % period * 5 + $0 * 3) % 8 - 3) }
    }
    return Examples(
      shape: ImageShape(height: 1, width: 1, channels: features), classCount: classes,
      inputs: inputs, labels: (0..<count).map { UInt8(1 + $0 % period % 2) })
  }

  static func configuration(
    _ optimizer: OptimizerSpec, clipNorm: Double? = nil
  ) throws -> RunConfiguration {
    var configuration = RunConfiguration(
      model: try ModelSpec(named: "mlp:\(features)-\(classes)"), optimizer: optimizer,
      schedule: LearningRateSchedule(base: 1), batchSize: 1, seed: 0)
    configuration.clipNorm = clipNorm
    return configuration
  }

  /// Small whole numbers for weights, and what an optimizer's slots hold, if it has any.
  static func state(_ configuration: RunConfiguration, slot: [Float] = []) -> ModelState {
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: 0)
    for index in state.parameters[0].values.indices {
      state.parameters[0].values[index] = Float(index % 5 - 2)
    }
    state.parameters[1].values = [bias, -bias, -bias]
    for index in state.slots.indices {
      let weightCount = features * classes
      state.slots[index][0].values = Array(slot[..<weightCount])
      state.slots[index][1].values = Array(slot[weightCount...])
    }
    return state
  }

  /// The gradient of the sum of the samples' losses: Σ x(e₀ − eₜ), then that of the bias.
  static func sum(of samples: Range<Int>, in examples: Examples) -> [Float] {
    var sum = [Float](repeating: 0, count: (features + 1) * classes)
    for sample in samples {
      let label = Int(examples.labels[sample])
      for feature in 0...features {
        let x = feature < features ? examples.inputs[sample * features + feature] : 1
        sum[feature * classes] += x
        sum[feature * classes + label] -= x
      }
    }
    return sum
  }

  /// All parameters in one row.
  static func weights(of trainer: some Trainer) -> [Float] {
    trainer.state.parameters.flatMap(\.values)
  }
}
