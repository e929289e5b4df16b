import Testing
import TrainingCore

@Suite struct FingerprintTests {
  static let state = ModelState(
    parameters: [
      Tensor(name: "fc1.weight", shape: [2, 1], values: [1.5, -0.0]),
      Tensor(name: "fc1.bias", shape: [1], values: [0x1p-149]),
    ],
    statistics: [Tensor(name: "bn1.running_mean", shape: [1], values: [0.25])],
    slots: [
      [
        Tensor(name: "fc1.weight", shape: [2, 1], values: [3, 4]),
        Tensor(name: "fc1.bias", shape: [1], values: [5]),
      ]
    ],
    steps: 7, batchesTracked: 9)

  /// Computed by a program in another language from FNV-1a's published constants.
  @Test func `a small state has the fingerprint of another program`() {
    #expect(Fingerprint(of: Self.state).description == "73fb0126299e2bbe")
  }

  @Test func anEmptyStateHasSixteenDigits() {
    let empty = ModelState(parameters: [], statistics: [], slots: [])
    #expect(Fingerprint(of: empty).description.count == 16)
  }

  @Test func anyBitChangesIt() {
    var seen = [Fingerprint(of: Self.state)] as Set
    var changes = 0
    func change(_ path: WritableKeyPath<ModelState, [Tensor]>) {
      for tensor in Self.state[keyPath: path].indices {
        for element in Self.state[keyPath: path][tensor].values.indices {
          for bit in 0..<32 {
            var changed = Self.state
            let value = changed[keyPath: path][tensor].values[element]
            changed[keyPath: path][tensor].values[element] = Float(
              bitPattern: value.bitPattern ^ 1 << bit)
            seen.insert(Fingerprint(of: changed))
            changes += 1
          }
        }
      }
    }
    change(\.parameters)
    change(\.statistics)
    change(\.slots[0])
    for bit in 0..<64 {
      var changed = Self.state
      changed.steps ^= 1 << bit
      seen.insert(Fingerprint(of: changed))
      changed = Self.state
      changed.batchesTracked ^= 1 << bit
      seen.insert(Fingerprint(of: changed))
      changes += 2
    }
    #expect(seen.count == changes + 1)
  }

  @Test func namesShapesAndOrderChangeIt() {
    let weight = Self.state.parameters[0]
    let bias = Self.state.parameters[1]
    let others = [
      [Tensor(name: "fc2.weight", shape: [2, 1], values: weight.values), bias],
      [Tensor(name: "fc1.weight", shape: [1, 2], values: weight.values), bias],
      [Tensor(name: "fc1.weight", shape: [2], values: weight.values), bias],
      [bias, weight], [weight], [weight, bias, bias],
    ]
    var seen = [Fingerprint(of: Self.state)] as Set
    for parameters in others {
      var changed = Self.state
      changed.parameters = parameters
      seen.insert(Fingerprint(of: changed))
    }
    #expect(seen.count == others.count + 1)
  }
}
