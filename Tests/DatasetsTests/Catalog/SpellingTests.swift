import Testing

@testable import Datasets

@Suite struct SpellingTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("same", "same", 0),
  ])
  func distanceCountsChanges(first: String, second: String, expected: Int) {
    #expect(Spelling.distance(first, second) == expected)
  }

  @Test func theNearestIsSuggestedIfItIsNear() {
    let known = ["fashion-mnist-10k", "mnist-5k", "fashion-mnist"]
    #expect(Spelling.nearest(to: "mnist", among: known) == "mnist-5k")
    #expect(Spelling.nearest(to: "fashion", among: known) == "fashion-mnist")
    #expect(Spelling.nearest(to: "fashion_mnist_10k", among: known) == "fashion-mnist-10k")
    #expect(Spelling.nearest(to: "cifar", among: known) == nil)
    #expect(Spelling.nearest(to: "cifar", among: []) == nil)
  }

  @Test func initialsAndBeginningsComeBeforeWhatIsNear() {
    let known = ["learning-rate", "batch-sizes", "base-batch-size", "help", "seed"]
    for (name, meant) in [
      ("lr", "learning-rate"), ("bs", "batch-sizes"), ("bbs", "base-batch-size"),
      ("batch", "batch-sizes"), ("l", nil), ("wd", nil), ("hlep", "help"),
    ] {
      #expect(Spelling.nearest(to: name, among: known) == meant, "\(name)")
    }
  }
}
