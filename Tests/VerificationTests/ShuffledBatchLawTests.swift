import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// The order of the samples in a batch is a matter of rounding.
@Suite struct ShuffledBatchLawTests {
  @Test(.tags(.property)) func anOrderChangesNothingButRoundings() {
    forAll("an order changes nothing but roundings", cases: 150) { choices in
      try RandomSubject(&choices)
    } failure: { drawn in
      let findings = try ShuffledBatchLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  /// Inputs and weights of whole numbers have gradients without roundings, at the first layer's
  /// bias as anywhere; here, a model of one layer whose outputs are all equal, with four classes:
  /// probabilities of ¼, and products that `Float` holds.
  @Test func withoutRoundingsTheOrderChangesNothing() throws {
    let configuration = try RunConfiguration(words: "3 dense4")
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: 1)
    for index in state.parameters.indices {
      for element in state.parameters[index].values.indices {
        state.parameters[index].values[element] = 0
      }
    }
    var choices = Choices(seed: 4)
    let examples = Examples(
      shape: configuration.model.input, classCount: 4,
      inputs: choices.array(90) { Float($0.integer(in: -9...9)) },
      labels: choices.array(30) { UInt8($0.integer(in: 0...3)) })
    for trainer in bothTrainers {
      let subject = Subject(
        configuration, state: state, examples: examples, batch: Array(0..<30))
      #expect(try ShuffledBatchLaw.measure(subject, of: trainer).excess.share == 0)
    }
  }

  /// The bound is of the right size: some gradient uses more than a hundredth of it.
  @Test func roundingsComeNearTheBound() throws {
    let subject = try Subject.example("5 dense8 relu dense3", splits: [[3]])
    let share = try ShuffledBatchLaw.measure(subject, of: OptimizedTrainer.self).excess.share
    #expect(100 * share > 1 && share <= 1, "\(share)")
  }

  @Test func batchNormalisationIsOutsideTheLaw() throws {
    let subject = try Subject.example("7 dense9 batchnorm dense4", splits: [[12]])
    let verdicts = try ShuffledBatchLaw.findings(subject, of: OptimizedTrainer.self).map(\.verdict)
    #expect(verdicts == [.notApplicable])
  }

  @Test(
    arguments: [SkipsTheLastSample.self, DrawsMasksByPlace.self, RoundsLosses.self]
      as [any Trainer.Type])
  func `trainers that skip a sample, or depend on its place, fail`(_ trainer: any Trainer.Type)
    throws
  {
    let subject = try Subject.example("7 dropout0.5 dense9 dense4", splits: [[32]])
    #expect(try ShuffledBatchLaw.findings(subject, of: trainer).map(\.verdict) == [.fails])
  }

  /// Sums in another grouping are roundings too, and no fault here.
  @Test func partialSumsAreWithinTheBound() throws {
    let subject = try Subject.example("7 dense9 dense4", splits: [[32]])
    let findings = try ShuffledBatchLaw.findings(subject, of: AddsPartialSums.self)
    #expect(complaint(findings, count: 1) == nil)
  }
}
