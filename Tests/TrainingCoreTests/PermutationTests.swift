import Testing
import TrainingCore

@Suite struct PermutationTests {
  /// Computed by a program in another language from Philox's published algorithm.
  @Test func knownAnswers() {
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
