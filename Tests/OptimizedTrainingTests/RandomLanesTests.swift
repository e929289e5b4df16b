import Testing
import TrainingCore

@testable import OptimizedTraining

/// Sixteen counters side by side draw what the field draws one after the other.
@Suite struct RandomLanesTests {
  @Test(arguments: [(0, 0, 0), (1, 7, 16), (3, 59_999, 48), (1 << 33, 1 << 34 + 5, 1 << 30)])
  func `random lanes have the words of the random field`(_ epoch: Int, _ sample: Int, _ first: Int)
  {
    let samples = [sample, sample + 1, 0, 3 * sample]
    let quads = [first, 0, first + 4, (1 << 32) - 2]
    for (seed, layer) in [(UInt64(0), 0), (0x1234_5678_9abc_def0, 3), (.max, (1 << 24) - 1)] {
      let field = RandomField(seed: seed, purpose: .dropout, layer: layer)
      let lanes = RandomLanes(seed: seed, purpose: .dropout, layer: layer)
      let words = lanes.words(
        epoch: epoch, samples: [samples[0], samples[1], samples[2], samples[3]],
        quads: [quads[0], quads[1], quads[2], quads[3]])
      for line in 0..<4 {
        for unit in 0..<16 {
          let quad = field.words(
            epoch: epoch, sample: samples[line], quad: quads[line] + unit / 4)
          #expect(words[line][unit] == quad[unit % 4])
        }
      }
    }
  }
}
