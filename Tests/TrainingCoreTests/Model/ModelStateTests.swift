import Testing
import TrainingCore

@Suite struct ModelStateTests {
  /// Computed by a program in another language from the definition.
  @Test func `initial weights have the bits of another program`() throws {
    let state = ModelState.initial(
      model: try ModelSpec(named: "mlp:3-2"), optimizer: .sgd(SGDSpec()),
      seed: 0x1234_5678_9ABC_DEF0)
    #expect(
      bits(state.parameters[0].values) == [
        0x3e8d_36f8, 0xbe90_fbf6, 0x3e3c_1a0b, 0x3c2f_56ac, 0x3e70_4b9b, 0xbeca_6fbc,
      ])
    #expect(bits(state.parameters[1].values) == [0x3eca_eb5a, 0x3e2a_6ae5])
  }

  /// Uniform in ±b: |w| ≤ b, mean 0, mean square b²/3, each within Hoeffding's bound.
  @Test(arguments: [(UInt64(0), "mlp-1"), (1, "mlp-1"), (2, "mlp-1"), (3, "lenet")])
  func weightsAndBiasesAreUniform(_ seed: UInt64, _ name: String) throws {
    let model = try ModelSpec(named: name)
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: seed)
    let specs = ParameterLayout(of: model).parameters
    for (spec, tensor) in zip(specs, state.parameters) {
      let bound = 1 / Double(spec.fanIn).squareRoot()
      let scaled = tensor.values.map { Double($0) / Double(Float(bound)) }
      #expect(scaled.allSatisfy { $0.magnitude <= 1 })
      let mean = scaled.reduce(0, +) / Double(spec.count)
      let square = scaled.reduce(0) { $0 + $1 * $1 } / Double(spec.count)
      let checks = 2 * specs.count
      #expect(abs(mean) < Hoeffding.deviation(count: spec.count, range: 2, checks: checks))
      #expect(
        abs(square - 1.0 / 3) < Hoeffding.deviation(count: spec.count, range: 1, checks: checks))
    }
  }

  @Test func tensorsAreDrawnApart() throws {
    let model = try ModelSpec(named: "mlp:6-6-6")
    func first(_ seed: UInt64) -> [Tensor] {
      ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: seed).parameters
    }
    #expect(bits(first(1)[0].values) != bits(first(1)[2].values))
    #expect(bits(first(1)[1].values) != bits(first(1)[3].values))
    #expect(bits(first(1)[0].values) != bits(first(2)[0].values))
    #expect(bits(first(1)[0].values) != bits(first(1 + 1 << 32)[0].values))
    #expect(
      StateBits(.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1))
        == StateBits(.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1)))
  }

  @Test func normalisationStartsAsTheIdentity() throws {
    let state = ModelState.initial(
      model: try ModelSpec(named: "mlp:4-3-2+batchnorm"), optimizer: .sgd(SGDSpec()), seed: 1)
    #expect(state.parameters[2] == Tensor(name: "bn1.weight", shape: [3], values: [1, 1, 1]))
    #expect(state.parameters[3] == Tensor(name: "bn1.bias", shape: [3], values: [0, 0, 0]))
    #expect(
      state.statistics == [
        Tensor(name: "bn1.running_mean", shape: [3], values: [0, 0, 0]),
        Tensor(name: "bn1.running_var", shape: [3], values: [1, 1, 1]),
      ])
    #expect(state.steps == 0 && state.batchesTracked == 0)
  }

  @Test(arguments: [
    (OptimizerSpec.sgd(SGDSpec()), 0), (.sgd(SGDSpec(momentum: 0.9)), 1),
    (.adam(AdamSpec()), 2), (.adamw(AdamSpec()), 2), (.rmsprop(RMSpropSpec()), 1),
    (.rmsprop(RMSpropSpec(momentum: 0.9)), 2),
  ])
  func slotsStartAtZero(_ optimizer: OptimizerSpec, _ count: Int) throws {
    let state = ModelState.initial(
      model: try ModelSpec(named: "mlp:4-3-2+batchnorm"), optimizer: optimizer, seed: 1)
    #expect(state.slots.count == count)
    #expect(optimizer.slotNames.count == count)
    for slot in state.slots {
      #expect(slot.map(\.name) == state.parameters.map(\.name))
      #expect(slot.map(\.shape) == state.parameters.map(\.shape))
      #expect(slot.allSatisfy { bits($0.values).allSatisfy { $0 == 0 } })
    }
  }
}
