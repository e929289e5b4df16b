import PropertyTesting
import Testing
import TrainingCore
import Verification

/// k steps at η/k shrink weights by (1 − ηλ/k)ᵏ, one step at η by 1 − ηλ.
@Suite struct DecoupledWeightDecayLawTests {
  @Test(arguments: ["mlp:784-10", "mlp:784-12-10+tanh"], [1, 2, 5, 32])
  func theDifferenceIsPredicted(_ name: String, count: Int) throws {
    let subject = try Subjects.make(name, samples: 8)
    for part in [nil, 0..<8] {
      let result = try DecoupledWeightDecayLaw.measure(
        subject, part: part, learningRate: 0.25, weightDecay: 0.75, parts: count)
      #expect(result.holds, "\(result.worstShare)")
      #expect((mostlyZero(result.measured) == nil) == (count > 1))
    }
  }

  /// This project's decay is added to the gradient; for gradient descent that is the decoupled one.
  @Test func coupledDecayIsDecoupledForGradientDescent() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let (rate, decay) = (0.25, 0.75)
    let surface = try LossSurface(subject)
    var run = try FrozenGradientRun(subject, optimizer: .sgd(SGDSpec(weightDecay: decay)))
    run.step(on: 0..<8, learningRate: rate)
    let pairs = zip(surface.origin.values, surface.gradient(of: 0..<8).values)
    let predicted = pairs.map { (1 - rate * decay) * $0 - rate * $1 }
    let bounds = pairs.map {
      Rounding.gamma(8, of: Double.self) * ($0.magnitude * (1 + rate * decay) + rate * $1.magnitude)
    }
    #expect(excess(run.weights.values, predicted, bounds: bounds) == nil)
  }

  /// For Adam it isn't: a decay that is added to a gradient of zero is divided by its own size, so
  /// that every weight moves by η, large or small.
  @Test func coupledDecayIsNotDecoupledForAdam() throws {
    let subject = try Subjects.make("mlp:784-12-10", samples: 8)
    var run = try FrozenGradientRun(
      subject, optimizer: .adam(AdamSpec(epsilon: 0, weightDecay: 0.5)))
    let first = run.weights
    run.step(on: [], learningRate: 0x1p-10, batchSize: 1)
    let moves = (run.weights - first).values
    let predicted = first.values.map { $0 > 0 ? -0x1p-10 : 0x1p-10 }
    let bounds = first.values.map {
      Rounding.gamma(16, of: Double.self) * ($0.magnitude + 0x1p-10)
    }
    #expect(excess(moves, predicted, bounds: bounds) == nil)
  }

  /// δ = (ηλ)²(k − 1)/(2k) + O((ηλ)³): order 2, and 3 behind the leading term.
  @Test(arguments: [2, 3, 100]) func theDifferenceIsOfSecondOrder(count: Int) {
    let steps = (5..<9).map { 1 / Double(1 << $0) }
    let excesses = steps.map { DecoupledWeightDecayLaw.excess(decay: $0, parts: count) }
    let remainders = zip(steps, excesses).map {
      $1 - DecoupledWeightDecayLaw.leadingExcess(decay: $0, parts: count)
    }
    #expect(ConvergenceOrder(steps: steps, remainders: excesses).isAbout(2))
    if count > 2 { #expect(ConvergenceOrder(steps: steps, remainders: remainders).isAbout(3)) }
  }

  /// With two parts (1 − x/2)² = 1 − x + x²/4: the leading term is all there is.
  @Test(.tags(.property)) func theMatchedDecayLeavesNoDifference() {
    forAll("matched decay") { choices in
      (
        decay: Double(choices.integer(in: 1...120)) / 128,
        rate: Double(choices.integer(in: 1...8)) / 8, count: choices.integer(in: 1...64)
      )
    } failure: { drawn in
      let matched = DecoupledWeightDecayLaw.matchedDecay(
        learningRate: drawn.rate, weightDecay: drawn.decay, parts: drawn.count)
      var shrunk = 1.0
      for _ in 0..<drawn.count { shrunk *= 1 - drawn.rate / Double(drawn.count) * matched }
      let gamma = Rounding.gamma(8 * drawn.count + 16, of: Double.self)
      let two = DecoupledWeightDecayLaw.excess(decay: drawn.rate * drawn.decay, parts: 2)
      let leading = DecoupledWeightDecayLaw.leadingExcess(
        decay: drawn.rate * drawn.decay, parts: 2)
      return excess(
        [shrunk, two], [1 - drawn.rate * drawn.decay, leading], bounds: [gamma, gamma])
    }
  }
}
