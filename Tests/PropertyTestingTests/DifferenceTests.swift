import PropertyTesting
import Testing
import TrainingCore

/// The comparison itself: what it must not let pass.
@Suite struct DifferenceTests {
  @Test func equalBitsAreEqual() {
    #expect(difference([1.5, -0.0, .infinity] as [Float], [1.5, -0.0, .infinity]) == nil)
    #expect(difference([Double](), []) == nil)
  }

  @Test(
    arguments: [
      (0.0, -0.0), (1, Float(1).nextUp), (.nan, 1), (1, .nan), (.infinity, -.infinity),
      (0, .leastNonzeroMagnitude),
    ] as [(Float, Float)])
  func otherBitsAreNot(_ a: Float, _ b: Float) {
    for equatesNaNs in [false, true] {
      let found = difference([7, a], [7, b], equatesNaNs: equatesNaNs)
      #expect(found == "[1] is \(a) instead of \(b)")
    }
  }

  /// Its sign and payload are the processor's choice.
  @Test func whatIsNotANumberEqualsItsLikeOnlyIfAsked() {
    let odd = Float(bitPattern: 0xffc0_0001)
    #expect(difference([odd], [.nan]) != nil)
    #expect(difference([odd], [.nan], equatesNaNs: true) == nil)
  }

  @Test func lengthsMustAgree() {
    #expect(difference([1.0], [1, 1]) != nil)
    #expect(difference([], [1.0]) != nil)
  }

  @Test func everyPartOfAStateCounts() throws {
    let state = ModelState.initial(
      model: try ModelSpec(named: "mlp:3-2-2+batchnorm"), optimizer: .adam(AdamSpec()), seed: 1)
    #expect(difference(state, state) == nil)
    let changes: [(inout ModelState) -> Void] = [
      { $0.parameters[1].values[1] += 1 }, { $0.statistics[1].values[0] = -1 },
      { $0.slots[0][0].values[5] = -0.0 }, { $0.slots[1][3].values[1] = 2 },
      { $0.steps += 1 }, { $0.batchesTracked += 1 }, { $0.slots.removeLast() },
      { $0.parameters.removeLast() },
      {
        let values = $0.parameters[0].values
        $0.parameters[0] = Tensor(name: "fc1.weight", shape: [2, 3], values: values)
      },
    ]
    for change in changes {
      var other = state
      change(&other)
      #expect(difference(other, state) != nil)
      #expect(difference(state, other) != nil)
    }
  }
}
