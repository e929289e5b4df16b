import Testing
import TrainingCore

@Suite struct RandomFieldTests {
  private func words(_ field: RandomField, _ epoch: Int, _ sample: Int, _ quad: Int) -> [UInt32] {
    let words = field.words(epoch: epoch, sample: sample, quad: quad)
    return words.indices.map { words[$0] }
  }

  /// Any coordinate changed, alone or with others, gives other words: none is dropped or mixed
  /// up with another.
  @Test func everyCoordinateCounts() {
    var seen: Set<[UInt32]> = []
    var drawn = 0
    for seed in [0, 1, 2, 1 << 32, 1 << 33] as [UInt64] {
      for purpose in [
        RandomPurpose.initialWeights, .shuffle, .validationSplit, .dropout, .augmentation,
      ] {
        for layer in 0..<3 {
          let field = RandomField(seed: seed, purpose: purpose, layer: layer)
          for epoch in 0..<3 {
            for sample in 0..<3 {
              for quad in 0..<3 {
                seen.insert(words(field, epoch, sample, quad))
                drawn += 1
              }
            }
          }
        }
      }
    }
    #expect(seen.count == drawn)
  }

  @Test func readsWhatPhiloxSays() {
    let field = RandomField(seed: 0x299f_31d0_a409_3822, purpose: .dropout, layer: 5)
    let expected = Philox.words(
      counter: [3, 2, 1, 0x0400_0005], key: (0xa409_3822, 0x299f_31d0))
    #expect(words(field, 1, 2, 3) == expected.indices.map { expected[$0] })
  }

  /// Neighbours in each coordinate differ in half of their bits.
  @Test func neighboursAreUnrelated() {
    let field = RandomField(seed: 1, purpose: .dropout)
    let neighbours: [(Int, Int, Int)] = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    let draws = 2_000
    for (epoch, sample, quad) in neighbours {
      var differing = 0
      for index in 0..<draws {
        let here = words(field, index, 2 * index, 3 * index)
        let there = words(field, index + epoch, 2 * index + sample, 3 * index + quad)
        for (a, b) in zip(here, there) { differing += (a ^ b).nonzeroBitCount }
      }
      let share = Double(differing) / Double(draws * 128)
      #expect(
        abs(share - 0.5) < Hoeffding.deviation(count: draws * 128, range: 1, checks: 3))
    }
  }
}
