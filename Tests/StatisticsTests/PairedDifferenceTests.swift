import Testing
@testable import Statistics

@Suite struct PairedDifferenceTests {
  @Test func equalDifferencesHaveNoSpread() throws {
    let found = try #require(PairedDifference([1.5, 1.5, 1.5]))
    #expect(found.count == 3 && found.mean == 1.5 && found.lower == 1.5 && found.upper == 1.5)
    #expect(!found.includesZero)
  }

  /// Two trials have three means, of probabilities ¼, ½ and ¼: the extreme ones end the interval.
  @Test func theIntervalOfTwoTrialsIsTheirRange() throws {
    let found = try #require(PairedDifference([-1, 3]))
    #expect(found.mean == 1 && found.lower == -1 && found.upper == 3)
    #expect(found.includesZero)
    // At 40 %, thirty per cent lie outside at either end, more than a quarter: the middle is left.
    let narrow = try #require(PairedDifference([-1, 3], level: 0.4))
    #expect(narrow.lower == 1 && narrow.upper == 1)
  }

  /// Of the 27 equally likely draws of three, 1 has the mean −3, and 3 the next one: 2.5 % lies
  /// below 1/27 = 3.7 %.
  @Test func theIntervalOfThreeIsTheirRange() throws {
    let found = try #require(PairedDifference([-3, 0, 6]))
    #expect(found.lower == -3 && found.upper == 6)
    // 5 % at either end is more than 1/27 and less than 4/27: the second-smallest mean.
    let narrow = try #require(PairedDifference([-3, 0, 6], level: 0.9))
    #expect(narrow.lower == -2 && narrow.upper == 4)
  }

  @Test func whatCannotBeSummarisedIsNothing() {
    #expect(PairedDifference([]) == nil)
    #expect(PairedDifference([1]) == nil)
    #expect(PairedDifference([1, .nan]) == nil)
    #expect(PairedDifference([1, .infinity]) == nil)
    #expect(PairedDifference([1, 2], level: 1) == nil)
    #expect(PairedDifference([1, 2], level: 0) == nil)
  }

  @Test func theSameDifferencesHaveTheSameInterval() {
    let differences = [0.25, -0.5, 1.75, 0.125, 2]
    #expect(PairedDifference(differences) == PairedDifference(differences))
  }
}
