import Testing
import TrainingCore

@Suite struct BitsTests {
  @Test func `zeros of either sign differ, and not-a-number equals itself`() {
    #expect(bits([0]) != bits([-0.0]))
    #expect(bits([.nan]) == bits([.nan]))
    #expect(bits([1]) != bits([1, 1]))
  }

  @Test func statesDifferInAnyPart() {
    let tensor = Tensor(name: "a", shape: [1, 2], values: [0, .nan])
    let state = ModelState(parameters: [tensor], statistics: [tensor], slots: [[tensor]])
    #expect(StateBits(state) == StateBits(state))
    let others = [
      Tensor(name: "b", shape: [1, 2], values: [0, .nan]),
      Tensor(name: "a", shape: [2, 1], values: [0, .nan]),
      Tensor(name: "a", shape: [1, 2], values: [-0.0, .nan]),
    ]
    for other in others {
      for (parameters, statistics, slots) in [
        ([other], [tensor], [[tensor]]), ([tensor], [other], [[tensor]]),
        ([tensor], [tensor], [[other]]),
      ] {
        let changed = ModelState(parameters: parameters, statistics: statistics, slots: slots)
        #expect(StateBits(changed) != StateBits(state))
      }
    }
    var later = state
    later.steps = 1
    #expect(StateBits(later) != StateBits(state))
    later.steps = 0
    later.batchesTracked = 1
    #expect(StateBits(later) != StateBits(state))
  }
}
