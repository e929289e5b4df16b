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

  @Test func `words are Philox at the counter of the coordinates`() {
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

@Suite struct PermutationTests {
  /// Computed by a program in another language from Philox's published algorithm.
  @Test func `orders are those of another program`() {
    #expect(Permutation.random(count: 10, seed: 7) == [4, 0, 5, 7, 1, 3, 6, 2, 9, 8])
    #expect(Permutation.random(count: 10, seed: 7, epoch: 1) == [6, 9, 4, 3, 2, 1, 7, 5, 0, 8])
    #expect(
      Permutation.random(count: 10, seed: 7, purpose: .validationSplit)
        == [1, 9, 5, 8, 2, 7, 0, 3, 6, 4])
  }

  @Test(arguments: [0, 1, 2, 3, 100, 10_000])
  func hasEveryIndexOnce(_ count: Int) {
    #expect(Permutation.random(count: count, seed: 3).sorted() == Array(0..<count))
  }

  @Test func differsByEpochSeedAndPurpose() {
    var seen: Set<[Int]> = []
    for seed in [0, 1, 1 << 32, UInt64.max] {
      for epoch in 0..<10 {
        for purpose in [RandomPurpose.shuffle, .validationSplit] {
          seen.insert(
            Permutation.random(count: 50, seed: seed, purpose: purpose, epoch: epoch))
        }
      }
    }
    #expect(seen.count == 4 * 10 * 2)
  }

  /// A sample's key is its own: leaving others out doesn't change the order of the rest.
  @Test func theOrderOfSomeDoesNotDependOnTheOthers() {
    let all = Permutation.random(count: 1000, seed: 5, epoch: 2)
    #expect(all.filter { $0 < 300 } == Permutation.random(count: 300, seed: 5, epoch: 2))
  }

  /// Each of 8 samples is at each of 8 places in an eighth of many epochs.
  @Test func everySampleIsEverywhereEquallyOften() {
    let count = 8
    let epochs = 10_000
    var hits = Array(repeating: Array(repeating: 0, count: count), count: count)
    for epoch in 0..<epochs {
      for (place, sample) in Permutation.random(count: count, seed: 11, epoch: epoch).enumerated() {
        hits[sample][place] += 1
      }
    }
    let bound = Hoeffding.deviation(count: epochs, range: 1, checks: count * count)
    for share in hits.joined() {
      #expect(abs(Double(share) / Double(epochs) - 1 / Double(count)) < bound)
    }
  }
}

/// Known answers that Random123 publishes in its `kat_vectors`.
@Suite struct PhiloxTests {
  struct Vector: Sendable {
    let counter: [4 of UInt32]
    let key: (UInt32, UInt32)
    let words: [4 of UInt32]
  }

  static let published = [
    Vector(
      counter: [0, 0, 0, 0], key: (0, 0),
      words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    Vector(
      counter: [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff],
      key: (0xffff_ffff, 0xffff_ffff),
      words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    Vector(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
      key: (0xa409_3822, 0x299f_31d0),
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: published.indices)
  func `words are those that Random123 publishes`(_ index: Int) {
    let vector = Self.published[index]
    let words = Philox.words(counter: vector.counter, key: vector.key)
    for lane in 0..<4 { #expect(words[lane] == vector.words[lane], "word \(lane)") }
  }
}
