import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

/// Many steps without a pause, which threads go through together: where one doesn't wait for
/// another, it shows sooner or later.
///
/// Twins pause for the reference at each step, and a helper may leave meanwhile.
@Suite(.serialized) struct StepsInARowTests {
  private func trained<T: Trainer>(_ trainer: T, on examples: Examples) -> (ModelState, Tally) {
    var trainer = trainer
    var tally = Tally()
    for step in 0..<400 {
      let start = step * 7 % 40
      tally.add(
        trainer.train(
          on: ArraySlice(start..<start + 17 + step % 3), of: examples, epoch: step,
          learningRate: 0.01))
    }
    return (trainer.state, tally)
  }

  @Test(
    arguments: [
      "11 batchnorm dense4", "33 batchnorm relu dense40 batchnorm dense33",
      "60 dense70 relu dense70 tanh dense20", "300 dropout0.2 dense40 dense3", "50 dense4",
    ])
  func `steps without a pause have the bits of the reference`(_ words: String) throws {
    let configuration = try RunConfiguration(words: words, .adam(AdamSpec()))
    let examples = Examples.random(60, for: configuration.model)
    let expected = try trained(ReferenceTrainer<Float>(configuration), on: examples)
    for threads in [2, 3, 2, 3] {
      let actual = try trained(OptimizedTrainer(configuration, threads: threads), on: examples)
      #expect(difference(actual.0, expected.0) == nil)
      #expect(actual.1 == expected.1)
    }
  }
}
