import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// Averaging the parts' means is averaging the batch only if the parts are equal.
@Suite struct MeanOfMeansLawTests {
  /// mean of means − mean = Σⱼ (1/k − nⱼ/N) mⱼ, in whole multiples of exact sums: no rounding.
  @Test(.tags(.property)) func theDifferenceIsThePredictedOne() {
    forAll("the mean of means misses by what is predicted", cases: 300) { choices in
      try RandomSubject(&choices)
    } failure: { drawn in
      let findings = try MeanOfMeansLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Two losses with a mean of ½ and six with a mean of 4.
  ///
  /// The mean of means is 2¼ and the mean 25/8, ⅞ more: (½ − ¼) ½ + (½ − ¾) 4 = −⅞.
  @Test func `two parts by hand are off by seven eighths`() throws {
    let losses = [1.0, 0] + Array(repeating: 4, count: 6)
    let parts = [sum(losses[..<2]), sum(losses[2...])]
    let split = Split(sizes: [2, 6])
    let terms = try #require(MeanOfMeansLaw.Terms(split, whole: sum(losses), parts: parts))
    #expect(terms.isMet && !terms.isZero)
    let outcome = try MeanOfMeansLaw.exact(split, whole: sum(losses), parts: parts)
    #expect(outcome.holds)
    #expect(outcome.measured == "the mean of means is off by -0.875, exactly as predicted")
  }

  /// Equal parts: every coefficient is zero, and the two means are one number.
  @Test(.tags(.property)) func equalPartsHaveTheMeanOfTheWhole() {
    forAll("equal parts have the mean of the whole", cases: 100) { choices in
      (size: choices.integer(in: 1...8), losses: choices.array(24) { $0.number() })
    } failure: { size, losses in
      let count = losses.count / size * size
      let losses = losses.prefix(count).map(Double.init)
      let parts = stride(from: 0, to: count, by: size).map { sum(losses[$0..<$0 + size]) }
      let split = Split(sizes: parts.map(\.count))
      let terms = MeanOfMeansLaw.Terms(split, whole: sum(losses), parts: parts)
      return terms?.isZero == true && terms?.isMet == true ? nil : "the means differ"
    }
  }

  /// Unequal parts: on real losses it does fail, in nearly every case that is drawn.
  @Test(arguments: [0, 1]) func unequalPartsHaveAnotherMean(_ trainer: Int) throws {
    let subject = try Subject.example(
      "7 dense9 relu dense4", splits: [[10, 14], [1, 23], [5, 6, 13]])
    for finding in try MeanOfMeansLaw.findings(subject, of: bothTrainers[trainer]) {
      #expect(finding.verdict == .holds)
      #expect(finding.measured.contains("is off by"), "\(finding.measured)")
    }
  }

  /// The same of gradients: training on the mean of the parts' mean gradients is training on
  /// another gradient, by Σⱼ (1/k − nⱼ/N) ḡⱼ.
  ///
  /// Each Gⱼ = nⱼ ḡⱼ and the whole's G are folds of products, off by at most γ Σ|gₙ|: of models without
  /// images, where a sample has one product in a weight's gradient.
  @Test(.tags(.property)) func `mean gradients of unequal parts differ as predicted`() {
    forAll("mean gradients miss by what is predicted", cases: 60) { choices in
      try RandomSubject(&choices, samples: 2...30) {
        try $0.configuration(coupled: false, images: false)
      }
    } failure: { drawn in
      try gradientFailure(drawn.subject, of: drawn.trainer)
    }
  }

  private func gradientFailure(
    _ subject: Subject, of trainer: any Trainer.Type
  ) throws -> String? {
    func failure<T: Trainer>(_ type: T.Type) throws -> String? {
      let probe = try Probe<T>(subject)
      let split = subject.splits[0]
      let (n, k) = (Double(split.count), Double(split.sizes.count))
      let flat = { (tensors: [Tensor]) in tensors.flatMap { $0.values.map(Double.init) } }
      let whole = flat(probe.gradient(of: [subject.whole()]).tensors)
      var meanOfMeans = whole.map { _ in 0.0 }
      var predicted = meanOfMeans
      var magnitudes = meanOfMeans
      for (size, places) in zip(split.sizes, split.parts) {
        let part = flat(probe.gradient(of: [subject.part(places)]).tensors)
        for index in part.indices {
          let mean = part[index] / Double(size)
          meanOfMeans[index] += mean / k
          predicted[index] += (1 / k - Double(size) / n) * mean
        }
      }
      for single in subject.singles {
        for (index, value) in flat(probe.gradient(of: [single]).tensors).enumerated() {
          magnitudes[index] += value.magnitude
        }
      }
      // Σⱼ Gⱼ/N − G/N is what roundings leave: γ of both folds, and Double's own far below it.
      let gamma = 2 * Rounding.gamma(split.count + 2, of: Float.self)
      let tiny = 4 * Double(Float.leastNonzeroMagnitude)
      let bounds = magnitudes.map { gamma * $0 / n + tiny }
      let measured = zip(meanOfMeans, whole).map { $0 - $1 / n }
      return excess(measured, predicted, bounds: bounds)
    }
    return try failure(trainer)
  }

  @Test func sumsThatDoNotAddUpAreFound() throws {
    let split = Split(sizes: [2, 3])
    let parts = [sum([1, 0]), sum([4, 4, 4])]
    let least = 0x1p-64
    let off = try MeanOfMeansLaw.exact(split, whole: sum([1, least, 4, 4, 4]), parts: parts)
    #expect(!off.holds, "one unit is seen")
    let infinite = try MeanOfMeansLaw.exact(
      split, whole: sum([.infinity, 0, 4, 4, 4]), parts: parts)
    #expect(!infinite.holds)
    let subject = try Subject.example("7 dense9 dense4", splits: [[11, 21]])
    let findings = try MeanOfMeansLaw.findings(subject, of: RoundsLosses.self)
    #expect(findings.map(\.verdict) == [.fails])
  }

  /// Sizes whose least common multiple is beyond 64 bits are said to be so, not computed wrongly.
  @Test func `sizes with too large a common multiple are not applicable`() {
    let primes = (2..<60).filter { number in (2..<number).allSatisfy { number % $0 != 0 } }
    let parts = primes.map { sum(Array(repeating: 1, count: $0)) }
    let whole = sum(Array(repeating: 1, count: primes.reduce(0, +)))
    #expect(throws: NotApplicable.self) {
      try MeanOfMeansLaw.exact(Split(sizes: primes), whole: whole, parts: parts)
    }
  }

  private func sum(_ losses: some Sequence<Double>) -> ExactSum {
    var sum = ExactSum()
    for loss in losses { sum.add(loss) }
    return sum
  }
}
