import Datasets
import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import TrainingCore
import Verification

/// A subject drawn at random: any model and optimizer, samples in an order of their own, a split,
/// and either trainer.
struct RandomSubject: CustomStringConvertible {
  let subject: Subject
  let trainer: any Trainer.Type

  /// Draws a subject.
  ///
  /// - Parameters:
  ///   - choices: Where from.
  ///   - count: The number of samples.
  ///   - configuration: Makes the configuration; by default any without batch coupling.
  /// - Throws: What the configuration throws.
  init(
    _ choices: inout Choices, samples count: ClosedRange<Int> = 1...40,
    configuration: (inout Choices) throws -> RunConfiguration = {
      try $0.configuration(coupled: false)
    }
  ) throws {
    let configuration = try configuration(&choices)
    let count = choices.integer(in: count)
    let split = Split(sizes: choices.parts(of: count).map(\.count))
    let order = choices.order(of: count)
    let threads = choices.integer(in: 1...3)
    subject = Subject(
      configuration,
      examples: choices.examples(
        count, inputs: configuration.model.input.count,
        classes: min(configuration.model.classCount, 256)),
      batch: order, splits: [split], threads: threads)
    trainer = choices.pick(bothTrainers)
  }

  /// Takes a subject and a trainer.
  init(_ subject: Subject, trainer: any Trainer.Type) {
    self.subject = subject
    self.trainer = trainer
  }

  var description: String {
    "\(trainer), \(subject.threads ?? 0) threads, split \(subject.splits[0].sizes), "
      + "samples \(subject.batch), \(subject.configuration)"
  }
}

/// The readable trainer and the fast one.
let bothTrainers: [any StudyTrainer.Type] = [ReferenceTrainer<Float>.self, OptimizedTrainer.self]

extension Subject {
  /// A subject of random images.
  ///
  /// - Parameters:
  ///   - words: The model in words.
  ///   - optimizer: The optimizer.
  ///   - clipNorm: The largest norm of a mean gradient.
  ///   - sizes: Samples of each part.
  /// - Returns: The subject.
  /// - Throws: `ModelError` for words that make no model.
  static func example(
    _ words: String, optimizer: OptimizerSpec = .adam(AdamSpec()), clipNorm: Double? = nil,
    splits sizes: [[Int]]
  ) throws -> Subject {
    var configuration = try RunConfiguration(words: words, optimizer)
    configuration.clipNorm = clipNorm
    let count = sizes[0].reduce(0, +)
    return Subject(
      configuration, examples: .random(count, for: configuration.model),
      batch: Array(0..<count), splits: sizes.map(Split.init), threads: 2)
  }
}

/// What is wrong with findings that should all hold.
///
/// - Parameters:
///   - findings: The findings.
///   - count: How many there should be.
/// - Returns: The first that doesn't hold, or nil.
func complaint(_ findings: [Finding], count: Int) -> String? {
  guard findings.count == count else { return "\(findings.count) findings instead of \(count)" }
  return findings.first { $0.verdict != .holds }.map {
    "\($0.law): \($0.verdict.rawValue): \($0.measured)"
  }
}

/// Models on real images, for laws to be tried on.
enum Subjects {
  /// The first images of the embedded data set.
  static func images(_ count: Int = 96) throws -> Examples {
    try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric).training
      .selecting(0..<count)
  }

  /// A model, by default with its initial weights.
  ///
  /// The batch has as many samples; training lasts as many epochs of 96 images.
  static func make(
    _ name: String, samples: Int, epochs: Int = 0, seed: UInt64 = 5
  ) throws -> Subject {
    let examples = try images()
    let configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.05), batchSize: 16, seed: seed)
    var run = TrainingRun(
      try OptimizedTrainer(configuration, state: nil, threads: 1), configuration)
    for _ in 0..<epochs { _ = run.runEpoch(training: examples, validation: examples) }
    return Subject(
      configuration, state: run.trainer.state, examples: examples, batch: Array(0..<samples))
  }
}
