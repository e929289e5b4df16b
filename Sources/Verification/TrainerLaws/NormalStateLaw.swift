import TrainingCore

/// An optimizer's memory of gradients that are gone ends at zero, not among the subnormal numbers.
///
/// Where a unit is never active again, its momentum and moments decay until there is no normal number
/// left for them. They would stay there for good, since a small multiple of 2⁻¹⁴⁹ times 0.9 rounds to
/// itself, and processors are slow with such numbers. By rule 11 of the arithmetic contract a slot
/// below 2⁻¹²⁶ becomes +0.
///
/// What is lost moves no weight that isn't tiny itself. A slot m that decays by β moves its weight by
/// η m/(ε (1 − β)²) at most in all that follows: less than η 2⁻⁹² with m < 2⁻¹²⁶ and Adam's defaults,
/// which is under half a unit in the last place of any weight above η 2⁻⁶⁷. A second moment below
/// 2⁻¹²⁶ has a corrected root of at most 2⁻⁵⁸, which is rounded away beside ε = 10⁻⁸; for an ε below
/// 2⁻³³ it isn't, and then gradients below 2⁻⁵⁸ may take another step.
public enum NormalStateLaw {
  private static let statement = Statement(
    law: "no subnormal state",
    promise:
      "without a gradient, the least normal slots become 0, and move no weight that isn't tiny",
    explanation: "CONTRIBUTING.md, the arithmetic contract, rule 11; "
      + "Tests/VerificationTests/NormalStateLawTests.swift")

  /// Steps once without a gradient, from slots between 2⁻¹²⁶ and 2⁻¹²⁶(1 + 2⁻²⁰).
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      guard T.promisesBits else { throw NotApplicable("the trainer promises no bits") }
      var configuration = subject.configuration
      configuration.clipNorm = nil
      configuration.optimizer.weightDecay = 0
      guard !configuration.optimizer.slotNames.isEmpty else {
        throw NotApplicable("\(configuration.optimizer.name) without momentum remembers nothing")
      }
      var state = configuration.coldState(subject.state)
      let learned = ParameterLayout(of: configuration.model).parameters.map {
        $0.layer >= configuration.model.frozenLayers
      }
      for slot in state.slots.indices {
        for index in learned.indices where learned[index] {
          state.slots[slot][index].values = state.slots[slot][index].values.indices.map {
            .leastNormalMagnitude + Float($0 % 8) * .leastNonzeroMagnitude
          }
        }
      }
      var trainer = try subject.trainer(T.self, configuration, state: state)
      trainer.step(learningRate: 1, batchSize: 1)
      let after = trainer.state
      let slots = after.slots.flatMap { $0.flatMap(\.values) }
      let subnormal = slots.count(where: \.isSubnormal)
      let least = leastWeight(configuration.optimizer)
      var moved = 0
      for (old, new) in zip(state.parameters, after.parameters) {
        moved += zip(old.values, new.values).count {
          Double($0.magnitude) > least && $0.bitPattern != $1.bitPattern
        }
      }
      return Outcome(
        holds: subnormal == 0 && moved == 0,
        "\(subnormal) of \(slots.count) slots are subnormal, \(moved) weights moved")
    }
  }

  /// The weight above which half a unit in the last place, |w| 2⁻²⁵, is more than a step at η = 1
  /// from such slots: 2⁻¹²⁵/(ε (1 − β₁)) at most for Adam, and 2⁻¹²⁴ for any momentum.
  private static func leastWeight(_ optimizer: OptimizerSpec) -> Double {
    guard let spec = optimizer.adamSpec else { return 0x1p-99 }
    return max(0x1p-99, 0x1p-100 / (spec.epsilon * (1 - spec.beta1)))
  }
}
