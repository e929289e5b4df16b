import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import Studies

/// How much of the source's statistics is left in averages, and the closed form mᵗ.
@Suite struct SourceShareTests {
  private static func tensors(mean: [Float], variance: [Float]) -> [Tensor] {
    [
      Tensor(name: "mean", shape: [mean.count], values: mean),
      Tensor(name: "variance", shape: [variance.count], values: variance),
    ]
  }

  private static let source = tensors(mean: [2, 4], variance: [1, 1])
  private static let population = tensors(mean: [0, 0], variance: [1, 4])

  private func left(_ mean: [Float], population: [Tensor] = population) -> Double? {
    SourceShare(source: Self.source).left(
      in: Self.tensors(mean: mean, variance: [3, 3]), population: population)
  }

  @Test func allIsLeftAtTheSourceAndNothingAtTheTarget() {
    #expect(left([2, 4]) == 1)
    #expect(left([0, 0]) == 0)
    #expect(left([1, 2]) == 0.5)
    #expect(left([-2, -4]) == -1)
  }

  /// Means count in units of the population's deviations: ⟨(2, 0), (2, 4)⟩ is 4/1 + 0/4, |(2, 4)|² is
  /// 4/1 + 16/4.
  @Test func meansAreInUnitsOfThePopulationsDeviation() {
    #expect(left([2, 0]) == 0.5)
    #expect(left([0, 4]) == 0.5)
    let even = Self.tensors(mean: [0, 0], variance: [1, 1])
    #expect(left([2, 0], population: even) == 0.2)
  }

  /// What is off the way from target to source is no share of it: (4, −4) is orthogonal to (2, 4), in
  /// those units.
  @Test func distanceOffTheWayDoesNotCount() {
    #expect(left([1 + 4, 2 - 4 * 2]) == 0.5)
  }

  @Test func channelsWithoutVarianceSayNothing() {
    let flat = Self.tensors(mean: [0, 0], variance: [1, 0])
    #expect(left([1, 100], population: flat) == 0.5)
  }

  @Test func withoutADifferenceThereIsNoShare() {
    #expect(left([2, 4], population: Self.source) == nil)
    #expect(left([5, 5], population: Self.source) == nil)
  }

  /// Halving numbers of few bits rounds nothing: the closed form is exact.
  @Test func averagesThatOnlyForgetHaveTheClosedForm() {
    var averages = MovingAverages(Self.source, momentum: 0.5)
    var predicted = 1.0
    for _ in 0..<20 {
      averages.take(Self.population)
      predicted *= 0.5
      #expect(
        SourceShare(source: Self.source).left(in: averages.tensors, population: Self.population)
          == predicted)
    }
  }

  private struct Forgetting {
    var source: [Tensor] = []
    var population: [Tensor] = []
    var momentum = 0.0
    var steps = 0
  }

  /// With any momentum, the closed form holds to what rounding explains.
  @Test(.tags(.property)) func forgettingIsGeometric() {
    forAll("averages that only forget have mᵗ of the source left", cases: 200) { choices in
      let channels = choices.integer(in: 1...5)
      func values(_ range: ClosedRange<Int>) -> [Float] {
        (0..<channels).map { _ in Float(choices.integer(in: range)) / 64 }
      }
      return Forgetting(
        source: Self.tensors(mean: values(-400...400), variance: values(1...400)),
        population: Self.tensors(mean: values(-400...400), variance: values(1...400)),
        momentum: Double(choices.integer(in: 0...999)) / 1000,
        steps: choices.integer(in: 0...300))
    } failure: { made in
      var averages = MovingAverages(made.source, momentum: made.momentum)
      for _ in 0..<made.steps { averages.take(made.population) }
      let share = SourceShare(source: made.source)
      guard let measured = share.left(in: averages.tensors, population: made.population) else {
        return nil
      }
      let forms = ShareOracle(
        source: made.source, momentum: made.momentum,
        taken: Array(repeating: made.population, count: made.steps), population: made.population)
      return excess([measured], [forms.closed], bounds: [forms.closedBound + forms.bound])
    }
  }

  /// In the first stage the base's weights don't move, and averages forget the source as mᵗ says but
  /// for what the batches' statistics are off the population's: λ = mᵗ + Σ (1 − m) mᵗ⁻ᵏ λ(bₖ), where
  /// bₖ is the k-th batch's.
  @Test(arguments: [4, 8]) func theFirstStageForgetsGeometrically(batchSize: Int) throws {
    let watched = try WatchedTransfer(batchSize: batchSize)
    let options = SmallTransfer.options()
    for epochs in 1...options.first.epochs {
      let epoch = watched.epochs[epochs - 1]
      let measured = try #require(watched.transfer.epochs[epochs - 1].sourceShare)
      let oracle = ShareOracle(
        source: watched.base.statistics, momentum: options.momentum,
        taken: watched.epochs.prefix(epochs).flatMap { $0.steps.map(\.latest) },
        population: epoch.validated[2].statistics)
      #expect(excess([measured], [oracle.whole], bounds: [oracle.bound]) == nil)
      // The closed form alone is off by what the batches are.
      #expect(excess([measured], [oracle.closed], bounds: [oracle.bound]) != nil)
      #expect(
        excess(
          [measured], [oracle.closed],
          bounds: [oracle.closedBound + oracle.batches + oracle.bound]) == nil)
    }
  }
}
