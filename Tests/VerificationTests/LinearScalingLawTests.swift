import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore
import Verification

/// Plain gradient descent with a constant gradient: one step at kη is k steps at η.
@Suite struct LinearScalingLawTests {
  @Test(
    arguments: ["mlp:784-10", "mlp:784-12-10", "mlp:784-12-10+tanh+dropout0.5"], [1, 2, 7, 64])
  func itHoldsToRounding(_ name: String, count: Int) throws {
    let subject = try Subjects.make(name, samples: 8)
    let result = try LinearScalingLaw.measure(
      subject, part: 0..<8, count: count, learningRate: 0.01)
    #expect(result.holds, "\(result.worstShare)")
    #expect(mostlyZero(result.measured) == nil)
    #expect((result.worstShare > 0) == (count > 1), "rounding is there, and is bounded")
  }

  /// The bound is tight enough to see a learning rate that is off by one part in 2⁴⁰.
  @Test func aSlightlyWrongRateIsSeen() throws {
    let subject = try Subjects.make("mlp:784-12-10", samples: 8)
    let result = try LinearScalingLaw.measure(subject, part: 0..<8, count: 4, learningRate: 0.25)
    let other = try LinearScalingLaw.measure(
      subject, part: 0..<8, count: 1, learningRate: 1 + 0x1p-40)
    let wrong = BoundedPrediction(
      measured: result.measured, predicted: other.predicted, bounds: result.bounds)
    #expect(result.holds)
    #expect(!wrong.holds)
  }

  /// Parts with data of their own, whole numbers, in both trainers: not a bit differs.
  @Test(arguments: [1, 2, 4, 8])
  func itIsExactWhereNothingIsRounded(parts count: Int) throws {
    try Self.expectExact(ReferenceTrainer<Float>.self, parts: count)
    try Self.expectExact(OptimizedTrainer.self, parts: count)
  }

  private static func expectExact<T: Trainer>(_ type: T.Type, parts count: Int) throws {
    let examples = ConstantGradient.examples(16, period: 16)
    let configuration = try ConstantGradient.configuration(.sgd(SGDSpec()))
    let state = ConstantGradient.state(configuration)
    var whole = try T(configuration, state: state, threads: 1)
    var split = whole
    let order = Array(0..<16)
    _ = whole.train(on: order[...], of: examples, epoch: 0, learningRate: 0.25)
    let size = 16 / count
    for part in 0..<count {
      _ = split.train(
        on: order[part * size..<(part + 1) * size], of: examples, epoch: 0,
        learningRate: 0.25 / Double(count))
    }
    #expect(
      difference(ConstantGradient.weights(of: split), ConstantGradient.weights(of: whole)) == nil)
    let sum = ConstantGradient.sum(of: 0..<16, in: examples)
    let first = state.parameters.flatMap(\.values)
    #expect(ConstantGradient.weights(of: whole) == zip(first, sum).map { $0 - 0.25 / 16 * $1 })
  }

  /// Adam's first step is η long, whatever the gradient: linear scaling is no law of its noise.
  @Test func anOptimizerThatDividesByTheGradientDoesNotScale() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let gradient = try LossSurface(subject).gradient(of: 0..<8).values
    for factor in [1, 16] {
      var run = try FrozenGradientRun(subject, optimizer: .adam(AdamSpec(epsilon: 0)))
      let first = run.weights
      run.step(on: [0..<8], learningRate: 0.125, batchSize: 8 * factor)
      let moved = gradient.indices.filter { gradient[$0] != 0 }
      let lengths = moved.map { (run.weights.values[$0] - first.values[$0]).magnitude }
      let bounds = moved.map {
        Rounding.gamma(16, of: Double.self) * (first.values[$0].magnitude + 0.125)
      }
      #expect(2 * moved.count > gradient.count)
      #expect(excess(lengths, moved.map { _ in 0.125 }, bounds: bounds) == nil)
    }
  }

  @Test(
    arguments: [
      ("mlp:784-12-10", Finding.Verdict.holds), ("lenet", .holds),
      ("mlp:784-12-10+batchnorm", .notApplicable),
    ])
  func findings(_ name: String, verdict: Finding.Verdict) throws {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: .adam(AdamSpec()),
      schedule: LearningRateSchedule(base: 0.001), batchSize: 64, seed: 5)
    let subject = Subject(configuration, examples: try Subjects.images(), batch: Array(0..<32))
    let all =
      try LinearScalingLaw.findings(subject) + MomentumScalingLaw.findings(subject)
      + DecoupledWeightDecayLaw.findings(subject) + ClippingLaw.findings(subject)
      + PublishedLoopLaw.findings(subject)
    #expect(all.count == 5)
    for finding in all { #expect(finding.verdict == verdict, "\(finding)") }
  }
}
