import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// What a batch may be cut into without changing a bit of its loss and gradient, and what it may
/// not.
@Suite struct SplitBatchLawTests {
  /// Dense layers, activations and dropout, in any order, under either trainer.
  @Test(.tags(.property)) func anySplitOfAnUncoupledModelHasTheBitsOfTheWhole() {
    forAll("any split has the bits of the whole", cases: 300) { choices in
      try RandomSubject(&choices, samples: 1...70)
    } failure: { drawn in
      let findings = try SplitBatchLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Every order of every sum of parts of six samples: 32 splits, none left out.
  @Test(arguments: [0, 1]) func everySplitOfSixSamplesHasTheBitsOfTheWhole(_ trainer: Int) throws {
    let splits = (0..<32).map { cuts in
      let ends = (1...5).filter { cuts >> ($0 - 1) & 1 == 1 } + [6]
      return zip([0] + ends, ends).map { $1 - $0 }
    }
    #expect(Set(splits).count == 32)
    let subject = try Subject.example(
      "7 dense19 relu dropout0.4 dense5 tanh dense4", splits: splits)
    #expect(
      try complaint(SplitBatchLaw.findings(subject, of: bothTrainers[trainer]), count: 32) == nil)
  }

  /// A mask belongs to its sample, wherever that stands; drawn by place, it would not be kept.
  @Test func dropoutKeepsTheLaw() throws {
    let words = "7 dropout0.2 dense33 dropout0.5 dense4"
    for trainer in bothTrainers {
      let subject = try Subject.example(words, splits: [[20, 7], [9, 9, 9]])
      #expect(try complaint(SplitBatchLaw.findings(subject, of: trainer), count: 2) == nil)
    }
    try expectFailure(DrawsMasksByPlace.self, words)
  }

  /// Ghost groups that no part cuts: each group normalises by itself, in whichever pass it is.
  @Test(.tags(.property)) func ghostGroupsThatDivideThePartsKeepTheLaw() {
    forAll("ghost groups that divide the parts keep the law", cases: 100) { choices in
      let size = choices.integer(in: 2...5)
      let groups = choices.parts(of: choices.integer(in: 1...8)).map { $0.count * size }
      let words = "5 dense\(choices.integer(in: 1...40)) ghost\(size) relu dense3"
      let rest = choices.integer(in: 0...size)
      // The last group may be what is left over, if it is more than one sample.
      let sizes = rest > 1 ? groups.dropLast() + [groups[groups.count - 1] + rest] : groups[...]
      return RandomSubject(
        try .example(words, splits: [Array(sizes)]), trainer: choices.pick(bothTrainers))
    } failure: { drawn in
      let findings = try SplitBatchLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Over the whole batch, or in groups that a part cuts, normalisation makes the law false: the law
  /// says so, and loss and gradient do differ.
  @Test(arguments: ["batchnorm", "ghost4", "kerasnorm"], [0, 1])
  func batchNormalisationBreaksTheLaw(_ layer: String, _ trainer: Int) throws {
    let subject = try Subject.example(
      "7 dense19 \(layer) relu dense4", splits: [[6, 18], [10, 14]])
    let trainer = bothTrainers[trainer]
    let findings = try SplitBatchLaw.findings(subject, of: trainer)
    #expect(findings.map(\.verdict) == [.notApplicable, .notApplicable])
    for split in subject.splits {
      let (whole, parts) = try gradients(subject, split, of: trainer)
      #expect(parts.tally.loss != whole.tally.loss)
      #expect(difference(parts.tensors, whole.tensors) != nil)
    }
  }

  private func gradients<T: Trainer>(
    _ subject: Subject, _ split: Split, of trainer: T.Type
  ) throws -> (whole: Sums, parts: Sums) {
    func sums(_ parts: [Batch]) throws -> Sums {
      let gradient = try Probe<T>(subject).gradient(of: parts)
      return Sums(tally: gradient.tally, tensors: gradient.tensors)
    }
    return (try sums([subject.whole()]), try sums(split.parts.map { subject.part($0) }))
  }

  private struct Sums {
    let tally: Tally
    let tensors: [Tensor]
  }

  /// Whatever breaks the law is found, on a batch in halves and in unequal parts.
  @Test func `trainers that accumulate wrongly fail on equal and unequal parts`() throws {
    let words = "7 dense19 tanh dense4"
    try expectFailure(AveragesEachPart.self, words)
    try expectFailure(AddsPartialSums.self, words)
    try expectFailure(KeepsTheLastPart.self, words)
    try expectFailure(RoundsLosses.self, words)
    try expectFailure(SkipsTheLastSample.self, words)
  }

  private func expectFailure(_ trainer: any Trainer.Type, _ words: String) throws {
    let subject = try Subject.example(words, splits: [[16, 16], [5, 27]])
    let verdicts = try SplitBatchLaw.findings(subject, of: trainer).map(\.verdict)
    #expect(verdicts == [.fails, .fails], "\(trainer)")
  }
}
