import PropertyTesting
import Testing
import TrainingCore
import Verification

/// What an optimizer remembers of gradients that are gone ends at zero.
@Suite struct NormalStateLawTests {
  @Test(.tags(.property)) func `slots at the end of the normal numbers become zero`() {
    forAll("slots become zero", cases: 150) { choices in
      try RandomSubject(&choices) { try $0.configuration() }
    } failure: { drawn in
      guard !drawn.subject.configuration.optimizer.slotNames.isEmpty else { return nil }
      let findings = try NormalStateLaw.findings(drawn.subject, of: drawn.trainer)
      return complaint(findings, count: 1)
    }
  }

  @Test(arguments: LawsTests.optimizers.filter { !$0.slotNames.isEmpty })
  func `a trainer that keeps subnormal slots fails`(_ optimizer: OptimizerSpec) throws {
    let subject = try Subject.example(LawsTests.perceptron, optimizer: optimizer, splits: [[12]])
    #expect(
      try NormalStateLaw.findings(subject, of: KeepsSubnormalSlots.self).map(\.verdict) == [.fails])
    for trainer in bothTrainers {
      #expect(try NormalStateLaw.findings(subject, of: trainer).map(\.verdict) == [.holds])
    }
  }

  @Test func `nothing is said of a trainer that remembers nothing or promises no bits`() throws {
    let plain = try Subject.example(
      LawsTests.perceptron, optimizer: .sgd(SGDSpec()), splits: [[12]])
    let adam = try Subject.example(
      LawsTests.perceptron, optimizer: .adam(AdamSpec()), splits: [[12]])
    for finding in try NormalStateLaw.findings(plain, of: bothTrainers[0])
      + NormalStateLaw.findings(adam, of: AddsInAnyOrder.self)
    {
      #expect(finding.verdict == .notApplicable)
    }
  }
}
