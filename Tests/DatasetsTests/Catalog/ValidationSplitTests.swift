import Testing

@testable import Datasets

@Suite struct ValidationSplitTests {
  /// 100 labels: 50 of class 0, 30 of class 1, 17 of class 3, 3 of class 255.
  private static let labels: [UInt8] =
    Array(repeating: 0, count: 50) + Array(repeating: 1, count: 30)
    + Array(repeating: 3, count: 17) + Array(repeating: 255, count: 3)

  private func heldOut(_ split: ValidationSplit, of label: UInt8) -> Int {
    split.validation.count { Self.labels[$0] == label }
  }

  @Test(arguments: ValidationSplit.Form.allCases, [0, 0.001, 0.1, 1.0 / 3, 0.5, 0.99])
  func everySampleIsInOnePart(form: ValidationSplit.Form, fraction: Double) throws {
    let split = try ValidationSplit(labels: Self.labels, fraction: fraction, form: form, seed: 7)
    #expect(split.training == split.training.sorted())
    #expect(split.validation == split.validation.sorted())
    #expect((split.training + split.validation).sorted() == Array(0..<100))
  }

  @Test(arguments: ValidationSplit.Form.allCases)
  func theNumberHeldOutIsRounded(form: ValidationSplit.Form) throws {
    let expected: [(Double, Int)] = [
      (0, 0), (1e-9, 1), (0.014, 1), (0.015, 2), (0.1, 10), (0.125, 13), (1.0 / 3, 33), (0.99, 99),
    ]
    for (fraction, count) in expected {
      let split = try ValidationSplit(labels: Self.labels, fraction: fraction, form: form, seed: 1)
      #expect(split.validation.count == count, "fraction \(fraction)")
    }
  }

  /// Shares of 13 are 6.5, 3.9, 2.21 and 0.39: the two left after 6, 3, 2, 0 go to .9 and .5.
  @Test(arguments: 0..<5 as Range<UInt64>)
  func aStratifiedSplitKeepsShares(seed: UInt64) throws {
    let split = try ValidationSplit(
      labels: Self.labels, fraction: 0.13, form: .stratified, seed: seed)
    #expect([0, 1, 3, 255].map { heldOut(split, of: $0) } == [7, 4, 2, 0])
  }

  @Test func equalRemaindersGoToSmallerLabels() throws {
    let split = try ValidationSplit(
      labels: [2, 1, 0, 2, 1, 0], fraction: 1.0 / 3, form: .stratified, seed: 3)
    #expect(split.validation.count == 2)
    #expect(Set(split.validation.map { [2, 1, 0, 2, 1, 0][$0] }) == [0, 1])
  }

  @Test(arguments: ValidationSplit.Form.allCases)
  func theSeedDecides(form: ValidationSplit.Form) throws {
    func split(_ seed: UInt64) throws -> ValidationSplit {
      try ValidationSplit(labels: Self.labels, fraction: 0.3, form: form, seed: seed)
    }
    #expect(try split(1) == split(1))
    #expect(try split(1) != split(2))
    #expect(try split(1) != split(1 << 32 | 1))
  }

  @Test func aRandomSplitDoesNotLookAtLabels() throws {
    let none = [UInt8](repeating: 9, count: 100)
    #expect(
      try ValidationSplit(labels: none, fraction: 0.3, form: .random, seed: 1)
        == ValidationSplit(labels: Self.labels, fraction: 0.3, form: .random, seed: 1))
  }

  /// A larger fraction holds out more of the same samples, so runs differ in little else.
  @Test func aLargerFractionHoldsOutMoreOfTheSame() throws {
    let few = try ValidationSplit(labels: Self.labels, fraction: 0.1, form: .random, seed: 1)
    let many = try ValidationSplit(labels: Self.labels, fraction: 0.4, form: .random, seed: 1)
    #expect(Set(few.validation).isSubset(of: many.validation))
  }

  /// Every sample is held out about as often as chance has it.
  ///
  /// Over 2,000 seeds the number is binomial with mean 600. By Hoeffding's bound a sample is 160
  /// off with probability at most 2·exp(−2·160²/2000) < 2·10⁻¹¹, so any of 100 below 2·10⁻⁹.
  @Test func everySampleMayBeHeldOut() throws {
    var times = [Int](repeating: 0, count: 100)
    for seed in 0..<2000 as Range<UInt64> {
      let split = try ValidationSplit(labels: Self.labels, fraction: 0.3, form: .random, seed: seed)
      for sample in split.validation { times[sample] += 1 }
    }
    #expect(times.allSatisfy { abs($0 - 600) < 160 })
  }

  @Test(arguments: [-0.1, 1, 1.5, .nan, .infinity])
  func impossibleFractionsAreRefused(fraction: Double) {
    let failure = #expect(throws: ValidationSplit.Failure.self) {
      try ValidationSplit(labels: Self.labels, fraction: fraction, form: .random, seed: 1)
    }
    #expect(failure?.description.hasPrefix("validation fraction \(fraction): ") == true)
  }

  @Test(arguments: [(0, 0.5), (1, 0.1), (2, 0.75), (100, 0.995)])
  func someMustBeLeftToTrainOn(count: Int, fraction: Double) {
    #expect(
      throws: ValidationSplit.Failure.nothingToTrainOn(sampleCount: count, fraction: fraction)
    ) {
      try ValidationSplit(
        labels: Array(Self.labels.prefix(count)), fraction: fraction, form: .random, seed: 1)
    }
  }
}
