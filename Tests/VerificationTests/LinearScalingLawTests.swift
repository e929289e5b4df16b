import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// Plain gradient descent with a constant gradient: one step at kη is k steps at η.
@Suite struct LinearScalingLawTests {
  @Test(
    arguments: ["mlp:784-10", "mlp:784-12-10", "mlp:784-12-10+tanh+dropout0.5"], [1, 2, 7, 64])
  func `one large step is k small ones to within rounding`(_ name: String, count: Int) throws {
    let subject = try Subjects.make(name, samples: 8)
    let result = try LinearScalingLaw.measure(
      subject, of: OptimizedTrainer.self, part: 0..<8, count: count, learningRate: 0.01)
    #expect(result.holds, "\(result.worstShare)")
    #expect(mostlyZero(result.measured) == nil)
    #expect(result.worstShare > 0, "rounding is there, and is bounded")
  }

  /// The bound is tight enough to see a learning rate that is off by one part in 2¹⁸.
  @Test func aSlightlyWrongRateIsSeen() throws {
    let subject = try Subjects.make("mlp:784-12-10", samples: 8)
    func measure(_ rate: Double) throws -> BoundedPrediction {
      try LinearScalingLaw.measure(
        subject, of: OptimizedTrainer.self, part: 0..<8, count: 4, learningRate: rate)
    }
    let result = try measure(1024)
    let other = try measure(1024 * (1 + 0x1p-18))
    let wrong = BoundedPrediction(
      measured: result.measured, predicted: other.predicted, bounds: result.bounds)
    #expect(result.holds)
    #expect(!wrong.holds)
  }

  /// Parts with data of their own, whole numbers, in both trainers: not a bit differs.
  @Test(arguments: [1, 2, 4, 8])
  func `not a bit differs where nothing is rounded`(parts count: Int) throws {
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
      var run = FrozenGradientRun(
        subject, of: ReferenceTrainer<Float>.self, optimizer: .adam(AdamSpec(epsilon: 0)))
      try run.step(on: [0..<8], learningRate: 8, batchSize: 8 * factor)
      let moved = gradient.indices.filter { gradient[$0] != 0 }
      let lengths = moved.map { run.displacement.values[$0].magnitude }
      // 1 − β₂ is a thousandth, and its rounding a thousand times as large.
      let bounds = moved.map { 8 * Rounding.gamma(2000, of: Float.self) + run.roundings.values[$0] }
      #expect(2 * moved.count > gradient.count)
      #expect(excess(lengths, moved.map { _ in 8 }, bounds: bounds) == nil)
    }
  }

  /// Of every optimizer but plain gradient descent the law says why it says nothing.
  @Test(
    arguments: [
      (.sgd(SGDSpec()), nil, Finding.Verdict.holds), (.adam(AdamSpec()), nil, .notApplicable),
      (.rmsprop(RMSpropSpec()), nil, .notApplicable),
      (.sgd(SGDSpec(momentum: 0.5)), nil, .notApplicable),
      (.sgd(SGDSpec(weightDecay: 0.5)), nil, .notApplicable), (.sgd(SGDSpec()), 1, .notApplicable),
    ] as [(OptimizerSpec, Double?, Finding.Verdict)])
  func `the law is applicable to plain gradient descent alone`(
    _ optimizer: OptimizerSpec, _ clipNorm: Double?, _ verdict: Finding.Verdict
  ) throws {
    let subject = try Subject.example(
      "7 dense9 tanh dense4", optimizer: optimizer, clipNorm: clipNorm, splits: [[8, 8]])
    let findings =
      try LinearScalingLaw.findings(subject, of: OptimizedTrainer.self)
      + PublishedLoopLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(findings.map(\.verdict) == [verdict, verdict], "\(findings)")
  }

  /// On images, and where a layer couples the samples of a part.
  @Test(arguments: ["mlp:784-12-10", "lenet", "mlp:784-12-10+batchnorm"])
  func `the law holds on images, and under batch normalisation`(_ name: String) throws {
    let subject = try Subjects.make(name, samples: 32)
    let findings = try LinearScalingLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(complaint(findings, count: 1) == nil)
  }
}
