import Datasets
import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore
import Verification

/// All laws on right trainers and on wrong ones, as `batchwise verify` runs them.
@Suite struct LawsTests {
  /// A trainer's fault, and what it is asked with.
  struct Fault: CustomTestStringConvertible {
    let trainer: any Trainer.Type
    var optimizer = OptimizerSpec.sgd(SGDSpec())
    var clipNorm: Double?
    var words = perceptron
    /// Laws of which at least one row fails.
    let found: [String]

    var testDescription: String { "\(trainer), \(optimizer)" }
  }

  static let perceptron = "9 dense12 tanh dense4"
  static let weighted = perceptron + " smooth0.1 weighted"
  static let convolutions = "4x4x2 conv3k3p1 relu globalpool dense4"
  static let normalised = "9 dense12 batchnorm tanh dense4"
  static let nesterov = OptimizerSpec.sgd(
    SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 0.01))

  static let adamw = OptimizerSpec.adamw(AdamSpec(weightDecay: 0.01))

  /// Optimizers with all that they have.
  static let optimizers: [OptimizerSpec] = [
    .sgd(SGDSpec()), .sgd(SGDSpec(momentum: 0.9)), nesterov, .sgd(SGDSpec(weightDecay: 0.01)),
    .adam(AdamSpec()), .adam(AdamSpec(weightDecay: 0.01)), adamw,
    .rmsprop(RMSpropSpec()),
    .rmsprop(RMSpropSpec(momentum: 0.5, weightDecay: 0.01, convention: .keras)),
  ]

  private static let step = "optimizer's step"

  /// Faults of gradients and losses, then those of a step.
  static let faults: [Fault] =
    [
      Fault(trainer: AveragesEachPart.self, found: ["split batch", "slope of the loss"]),
      Fault(trainer: AddsPartialSums.self, found: ["split batch", "accumulated step"]),
      Fault(trainer: KeepsTheLastPart.self, found: ["split batch", "published loop"]),
      Fault(trainer: RoundsLosses.self, found: ["split batch", "mean of means"]),
      Fault(trainer: SkipsTheLastSample.self, found: ["split batch", "slope of the loss"]),
      Fault(
        trainer: DrawsMasksByPlace.self, words: "9 dropout0.5 dense12 dense4",
        found: ["split batch", "lone samples"]),
      Fault(
        trainer: AveragesEachPartByWeights.self, words: weighted,
        found: ["split batch", "slope of the loss"]),
      Fault(
        trainer: TalliesNoWeights.self, words: weighted, found: ["split batch", "mean of means"]),
      Fault(trainer: DividesTwice.self, found: ["accumulated step"]),
      Fault(trainer: CentresOutputs.self, found: ["lone samples"]),
      Fault(
        trainer: UnbiasesTheVariance.self, words: normalised, found: ["batch statistics"]),
      Fault(trainer: KeepsTheAverages.self, words: normalised, found: ["batch statistics"]),
      Fault(trainer: HasNoGradient.self, found: ["slope of the loss", "descent"]),
      Fault(trainer: ClimbsTheLoss.self, found: ["slope of the loss", "descent"]),
      Fault(trainer: StretchesTheGradient.self, found: ["slope of the loss"]),
      Fault(trainer: TellsNoGradient.self, found: ["slope of the loss", step]),
    ]
    + optimizers.flatMap { optimizer -> [Fault] in
      [
        Fault(trainer: StepsThriceUphill.self, optimizer: optimizer, found: [step, "descent"]),
        Fault(trainer: StepsUphill.self, optimizer: optimizer, found: [step, "descent"]),
        Fault(trainer: StepsTwiceAsFar.self, optimizer: optimizer, found: [step]),
        Fault(trainer: ForgetsToDivide.self, optimizer: optimizer, found: [step]),
        Fault(trainer: DividesTwiceInTheStep.self, optimizer: optimizer, found: [step]),
        Fault(trainer: KeepsTheGradient.self, optimizer: optimizer, found: [step]),
      ]
    } + [
      Fault(trainer: DividesByTheCount.self, words: weighted, found: [step]),
      Fault(
        trainer: DividesByTheCount.self, optimizer: .adam(AdamSpec()), clipNorm: 0.1,
        words: weighted, found: [step]),
      Fault(trainer: StepsThriceUphill.self, found: ["linear scaling", "published loop"]),
      Fault(trainer: StepsTwiceAsFar.self, found: ["linear scaling", "published loop"]),
      Fault(
        trainer: Misset<SmallerMomentum>.self, optimizer: .sgd(SGDSpec(momentum: 0.9)),
        found: [step, "momentum scaling"]),
      Fault(
        trainer: Misset<SmallerMomentum>.self, optimizer: nesterov,
        found: [step, "momentum scaling"]),
      Fault(
        trainer: Misset<SmallerMomentum>.self, optimizer: .rmsprop(RMSpropSpec(momentum: 0.5)),
        found: [step]),
      Fault(
        trainer: Misset<NoLookAhead>.self, optimizer: nesterov, found: [step, "momentum scaling"]),
      Fault(
        trainer: Misset<NoDecay>.self, optimizer: .sgd(SGDSpec(weightDecay: 0.01)),
        found: [step, "weight decay"]),
      Fault(
        trainer: Misset<DoubleDecay>.self, optimizer: .sgd(SGDSpec(weightDecay: 0.01)),
        found: [step, "weight decay"]),
      Fault(
        trainer: Misset<NoDecay>.self, optimizer: .adam(AdamSpec(weightDecay: 0.01)),
        found: [step, "Adam's steps"]),
      Fault(
        trainer: Misset<NoDecay>.self, optimizer: adamw,
        found: [step, "Adam's steps", "weight decay"]),
      Fault(
        trainer: Misset<CoupledDecay>.self, optimizer: adamw,
        found: [step, "Adam's steps", "weight decay"]),
      Fault(trainer: DecaysAfterTheStep.self, optimizer: adamw, found: [step, "Adam's steps"]),
      Fault(trainer: CountsFromTwo.self, optimizer: adamw, found: [step, "Adam's steps"]),
      Fault(
        trainer: Misset<DoubleDecay>.self, optimizer: .rmsprop(RMSpropSpec(weightDecay: 0.01)),
        found: [step]),
      Fault(
        trainer: Misset<LaterClipping>.self, clipNorm: 0.1, found: [step, "clipping"]),
      Fault(trainer: Misset<NoClipping>.self, clipNorm: 0.1, found: [step, "clipping"]),
      Fault(
        trainer: Misset<LaterClipping>.self, optimizer: .sgd(SGDSpec(momentum: 0.5)), clipNorm: 0.1,
        found: [step]),
      Fault(
        trainer: CountsFromTwo.self, optimizer: .adam(AdamSpec()), found: [step, "Adam's steps"]),
      Fault(
        trainer: CountsFromZero.self, optimizer: .adam(AdamSpec()), found: [step, "Adam's steps"]),
      Fault(
        trainer: Misset<SwappedBetas>.self, optimizer: .adam(AdamSpec()),
        found: [step, "Adam's steps"]),
      Fault(
        trainer: AddsEpsilonUnderTheRoot.self, optimizer: .adam(AdamSpec()),
        found: [step, "Adam's steps"]),
      Fault(
        trainer: Misset<OtherConvention>.self, optimizer: .rmsprop(RMSpropSpec()), found: [step]),
      Fault(
        trainer: Misset<OtherConvention>.self,
        optimizer: .rmsprop(RMSpropSpec(momentum: 0.5, convention: .keras)), found: [step]),
      Fault(
        trainer: Misset<ShorterMemory>.self, optimizer: .rmsprop(RMSpropSpec()), found: [step]),
      Fault(
        trainer: KeepsSubnormalSlots.self, optimizer: .sgd(SGDSpec(momentum: 0.9)),
        found: ["no subnormal state"]),
      Fault(
        trainer: MovesFrozenLayers.self, words: perceptron + " frozen1", found: [step]),
    ]

  private static func findings<T: Trainer>(
    _ trainer: T.Type, _ optimizer: OptimizerSpec, clipNorm: Double? = nil, _ words: String
  ) throws -> [Finding] {
    let subject = try Subject.example(
      words, optimizer: optimizer, clipNorm: clipNorm, splits: [[12, 12], [7, 17]])
    return try Laws.findings(subject, of: trainer)
  }

  @Test(arguments: faults) func everyFaultIsFound(_ fault: Fault) throws {
    let findings = try Self.findings(
      fault.trainer, fault.optimizer, clipNorm: fault.clipNorm, fault.words)
    let failing = findings.filter { $0.verdict == .fails }
    for law in fault.found {
      #expect(
        failing.contains { $0.law.hasPrefix(law) }, "\(law) among \(failing.map(\.law))")
    }
    #expect(failing.allSatisfy { $0.about == .trainer })
  }

  /// Both trainers keep every law that says something of them.
  @Test(arguments: optimizers, [perceptron, convolutions, normalised])
  func rightTrainersKeepEveryLaw(_ optimizer: OptimizerSpec, _ words: String) throws {
    for trainer in bothTrainers {
      for clipNorm in [nil, 0.1] as [Double?] {
        let findings = try Self.findings(trainer, optimizer, clipNorm: clipNorm, words)
        for finding in findings where finding.verdict == .fails {
          Issue.record("\(trainer): \(finding.law): \(finding.measured)")
        }
        let held = Set(findings.filter { $0.verdict == .holds }.map(\.law))
        #expect(held.isSuperset(of: [Self.step, "descent", "slope of the loss"]), "\(findings)")
      }
    }
  }

  /// With class weights, laws of splits, slopes and steps hold; those of rates say nothing.
  @Test(arguments: [OptimizerSpec.sgd(SGDSpec(momentum: 0.9)), .adam(AdamSpec())])
  func classWeightsLeaveTheLawsOfSplits(_ optimizer: OptimizerSpec) throws {
    let trainers: [any Trainer.Type] = bothTrainers + [AddsInAnyOrder.self]
    for trainer in trainers {
      let findings = try Self.findings(trainer, optimizer, clipNorm: 0.1, Self.weighted)
      #expect(findings.filter { $0.verdict == .fails }.map(\.law) == [], "\(trainer)")
      let held = findings.filter { $0.verdict == .holds }.map(\.law)
      for law in ["split batch", "mean of means", "accumulated step", Self.step, "slope"] {
        #expect(held.contains { $0.hasPrefix(law) }, "\(law), \(trainer)")
      }
      #expect(findings.contains { $0.law == "descent" && $0.verdict == .notApplicable })
    }
  }

  /// One that adds in another order, and says so, keeps every law within the rounding bound.
  @Test(arguments: optimizers, [perceptron, convolutions, normalised])
  func anotherOrderOfSumsIsNoFault(_ optimizer: OptimizerSpec, _ words: String) throws {
    let findings = try Self.findings(AddsInAnyOrder.self, optimizer, words)
    for finding in findings where finding.verdict == .fails {
      Issue.record("\(finding.law): \(finding.measured)")
    }
    let splits = findings.filter { $0.law.hasPrefix("split batch") }
    #expect(splits.allSatisfy { $0.promise.hasSuffix("within the rounding bound") })
    let exact = try Self.findings(ReferenceTrainer<Float>.self, optimizer, words)
    #expect(exact.first { $0.law.hasPrefix("split") }?.promise.hasSuffix("bit for bit") == true)
  }

  /// Faults that have nothing to do with roundings are found where no bits are promised, too.
  @Test(
    arguments: [
      Modest<AveragesEachPart>.self, Modest<KeepsTheLastPart>.self, Modest<SkipsTheLastSample>.self,
      Modest<HasNoGradient>.self, Modest<ClimbsTheLoss>.self, Modest<CentresOutputs>.self,
      Modest<TellsNoGradient>.self,
      Modest<StepsThriceUphill>.self,
    ] as [any Trainer.Type])
  func modestyHidesNothing(_ trainer: any Trainer.Type) throws {
    let findings = try Self.findings(trainer, .sgd(SGDSpec()), Self.perceptron)
    #expect(findings.contains { $0.verdict == .fails })
  }

  /// A trainer that can do less is asked less.
  @Test func aTrainerIsAskedWhatItCan() throws {
    let subject = try Subject.example(Self.perceptron, splits: [[6, 6]])
    func laws<T: GradientTrainer>(gradientsOf trainer: T.Type) throws -> [Finding] {
      try Laws.findings(subject, of: trainer)
    }
    func laws<T: SteppingTrainer>(stepsOf trainer: T.Type) throws -> [Finding] {
      try Laws.findings(subject, of: trainer)
    }
    let gradients = try laws(gradientsOf: OptimizedTrainer.self).map(\.law)
    let steps = try laws(stepsOf: OptimizedTrainer.self).map(\.law)
    let all = try Laws.findings(subject, of: OptimizedTrainer.self).map(\.law)
    #expect(gradients.contains("slope of the loss") && !gradients.contains(Self.step))
    #expect(steps.contains(Self.step) && !steps.contains("lone samples"))
    #expect(Set(gradients).isSubset(of: steps) && Set(steps).isSubset(of: all))
    #expect(all.contains("lone samples"))
  }
}

/// All laws on images of clothing, as `batchwise verify` runs them.
@Suite struct LawsOnImagesTests {
  private func findings(_ model: String, _ trainer: any Trainer.Type) throws -> [Finding] {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: model), optimizer: .adam(AdamSpec()),
      schedule: LearningRateSchedule(base: 0.001), batchSize: 48, seed: 5)
    let images = try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric).training
      .selecting(0..<100)
    let subject = Subject(
      configuration, examples: images,
      batch: Array(configuration.plan(epoch: 0, count: images.count)[0]),
      splits: [Split(sizes: [24, 24]), Split(sizes: [8, 40]), Split(sizes: [5, 20, 23])])
    return try Laws.findings(subject, of: trainer)
  }

  /// Without batch coupling every law about splits holds, and with it none fails.
  @Test(arguments: [
    ("mlp:784-40-10", 0), ("mlp:784-40-20-10+tanh+dropout0.5", 0), ("mlp:784-40-10+ghost8", 3),
    ("mlp:784-40-10+batchnorm", 9),
  ])
  func noLawFails(_ model: String, _ notApplicable: Int) throws {
    for trainer in bothTrainers {
      let findings = try findings(model, trainer)
      for finding in findings where finding.verdict == .fails {
        Issue.record("\(trainer): \(finding.law): \(finding.measured)")
      }
      let aboutSplits = findings.filter { finding in
        ["split batch", "mean of means", "accumulated step"].contains {
          finding.law.hasPrefix($0)
        }
      }
      #expect(aboutSplits.count == 10)
      #expect(aboutSplits.count { $0.verdict == .notApplicable } == notApplicable)
    }
  }
}

/// A trainer that promises no bits.
struct Modest<Inner: FaultyTrainer>: FaultyTrainer {
  static var promisesBits: Bool { false }
  private var inner: Inner
  var correct: ReferenceTrainer<Float> {
    get { inner.correct }
    set { inner.correct = newValue }
  }
  init(correct: ReferenceTrainer<Float>) { inner = Inner(correct: correct) }
  var state: ModelState { inner.state }
  var gradient: [Tensor] { inner.gradient }
  mutating func accumulateGradient(of batch: Batch) -> Tally {
    inner.accumulateGradient(of: batch)
  }
  mutating func step(learningRate: Double, batchSize: Int) {
    inner.step(learningRate: learningRate, batchSize: batchSize)
  }
  func outputs(for batch: Batch) -> [Float] { inner.outputs(for: batch) }
}
