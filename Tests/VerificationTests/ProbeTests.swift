import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// What laws see of a trainer is what it holds.
@Suite struct ProbeTests {
  /// A gradient in the layout's order, of either trainer: that which the readable one holds.
  @Test(.tags(.property)) func theGradientIsTheOneHeld() {
    forAll("the gradient is the one held", cases: 100) { choices in
      try RandomSubject(&choices) { try $0.configuration() }
    } failure: { drawn in
      let subject = drawn.subject
      var trainer = try ReferenceTrainer<Float>(subject.configuration, state: subject.state)
      _ = trainer.accumulateGradient(of: subject.whole())
      let expected = trainer.gradients.flatMap { [$0.weight.elements, $0.bias.elements] }
        .filter { !$0.isEmpty }
      let actual = try Self.gradient(of: subject, by: drawn.trainer)
      for (a, e) in zip(actual, expected) {
        if let found = difference(a.values, e, equatesNaNs: true) { return found }
      }
      let names = ParameterLayout(of: subject.configuration.model).parameters.map(\.name)
      return actual.map(\.name) == names ? nil : "\(actual.map(\.name)) instead of \(names)"
    }
  }

  private static func gradient<T: Trainer>(of subject: Subject, by trainer: T.Type) throws
    -> [Tensor]
  {
    try Probe<T>(subject).gradient(of: [subject.whole()]).tensors
  }

  /// Each sample in turn, as if there had been none before it.
  @Test func samplesDoNotLeaveTracesInEachOther() throws {
    let subject = try Subject.example("7 dense9 dropout0.5 dense4", splits: [[8]])
    let probe = try Probe<ReferenceTrainer<Float>>(subject)
    for single in subject.singles {
      let (one, fresh) = (
        probe.gradient(of: [single]),
        try Probe<ReferenceTrainer<Float>>(subject).gradient(of: [single])
      )
      #expect(difference(one.tensors, fresh.tensors) == nil)
      #expect(one.tally == fresh.tally)
    }
    #expect(subject.singles.count == 8)
  }
}
