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

  /// Many samples, one after the other through one trainer, as each by itself.
  @Test func samplesDoNotLeaveTracesInEachOther() throws {
    let subject = try Subject.example("7 dense9 dropout0.5 dense4", splits: [[8]])
    let probe = try Probe<ReferenceTrainer<Float>>(subject)
    let batches = subject.batch.map { subject.part($0..<$0 + 1) }
    var count = 0
    probe.eachGradient(of: batches) { gradient in
      let alone = probe.gradient(of: [batches[count]])
      #expect(difference(gradient.tensors, alone.tensors) == nil)
      #expect(gradient.tally == alone.tally)
      count += 1
    }
    #expect(count == 8)
  }

  @Test func everyDifferenceIsCounted() {
    var comparison = BitComparison()
    comparison.compare([1, 2, .nan, 0], [1, 2, -.nan, 0], name: "a")
    #expect(comparison.differing == 0 && comparison.compared == 4)
    comparison.compare([1, .nan, 0], [2, 1, -0.0], name: "b")
    #expect(comparison.differing == 3)
    #expect(comparison.measured("numbers") == "3 of 7 numbers differ: b[0] is 1.0 instead of 2.0")
    comparison.compare([1], [1, 2], name: "c")
    #expect(comparison.differing == 5)
  }

  /// Whatever a step changes is compared; how many passes the averages have seen isn't.
  @Test func everyPartOfAStateIsCompared() throws {
    let model = try ModelSpec(words: "3 dense2 batchnorm")
    let state = ModelState.initial(model: model, optimizer: .adam(AdamSpec()), seed: 1)
    func differing(_ change: (inout ModelState) -> Void) -> Int {
      var changed = state
      change(&changed)
      var comparison = BitComparison()
      comparison.compare(changed, state)
      return comparison.differing
    }
    #expect(differing { $0.parameters[1].values[0] += 1 } == 1)
    #expect(differing { $0.statistics[1].values[1] += 1 } == 1)
    #expect(differing { $0.slots[0][2].values[0] = -0.0 } == 1)
    #expect(differing { $0.slots[1][3].values[1] += 1 } == 1)
    #expect(differing { $0.steps += 1 } == 1)
    #expect(differing { $0.parameters.removeLast() } == 1)
    #expect(differing { $0.batchesTracked += 1 } == 0)
  }

  @Test(arguments: [(1.0 / 3, "0.333333"), (-0.875, "-0.875"), (1e-9, "1e-09"), (12, "12")])
  func sixDigitsAreShown(_ number: Double, _ text: String) {
    #expect(sixDigits(number) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
  func digitsAreGrouped(_ number: Int, _ text: String) {
    #expect(grouped(number) == text)
  }
}
