import Testing
import TrainingCore

@testable import OptimizedTraining

/// Sixteen counters side by side draw what the field draws one after the other.
@Suite struct RandomLanesTests {
  @Test(arguments: [(0, 0, 0), (1, 7, 16), (3, 59_999, 48), (1 << 33, 1 << 34 + 5, 1 << 30)])
  func `random lanes have the words of the random field`(_ epoch: Int, _ sample: Int, _ first: Int)
  {
    for (seed, layer) in [(UInt64(0), 0), (0x1234_5678_9abc_def0, 3), (.max, (1 << 24) - 1)] {
      let field = RandomField(seed: seed, purpose: .dropout, layer: layer)
      let lanes = RandomLanes(seed: seed, purpose: .dropout, layer: layer)
      let words = lanes.words(epoch: epoch, sample: sample, quads: first)
      for unit in 0..<64 {
        let quad = field.words(epoch: epoch, sample: sample, quad: first + unit / 4)
        #expect(words[unit / 16][unit % 16] == quad[unit % 4])
      }
    }
  }
}
