import Datasets
import Files
import TrainingCore

/// One training, or one measurement of trained models, with all that determines it.
package enum FixedJob: StudyJob {
  /// A training with its test.
  case training(Training)
  /// The latencies and the energy of inference at one batch size.
  case latency(Latency)

  package struct Training: Codable, Hashable, Sendable {
    let model: String
    let arm: FixedStudy.Arm
    let batchSize: Int
    let baseBatchSize: Int
    let trial: Int
    let epochs: Int
    let seed: UInt64
    let isTimed: Bool

    /// What is run; the trial decides the seed, and nothing else does.
    func configuration(for model: ModelSpec) -> RunConfiguration {
      var configuration = RunConfiguration(
        model: model, optimizer: arm.optimizer,
        schedule: LearningRateSchedule(base: arm.learningRate), batchSize: batchSize, seed: seed)
      configuration.scaling = arm.scaling
      configuration.baseBatchSize = baseBatchSize
      return configuration
    }
  }

  package struct Latency: Codable, Hashable, Sendable {
    let inferenceBatchSize: Int
    let seconds: Double
    let trained: [Training]
  }

  package var activity: String {
    switch self {
    case .training(let job):
      "\(job.model) · \(job.arm.name) · batch \(job.batchSize) · trial \(job.trial + 1)"
    case .latency(let job):
      "\(job.trained.first?.model ?? "") · latency at batch \(job.inferenceBatchSize)"
    }
  }

  package var isTimed: Bool {
    if case .training(let job) = self { job.isTimed } else { true }
  }

  package var needs: [FixedJob] {
    if case .latency(let job) = self { job.trained.map(FixedJob.training) } else { [] }
  }
}

extension FixedJob.Training {
  func run<T: Trainer>(
    with type: T.Type, _ model: ModelSpec, _ data: StudyData, _ context: JobContext<FixedStudy>
  ) throws(ModelError) -> JobOutcome<FixedRecord>? {
    let configuration = configuration(for: model)
    var curve = LossCurve(samples: data.training.count * epochs, points: 40)
    var sumsOfMeans = Array(repeating: 0.0, count: epochs)
    let trainer = try T(configuration, state: nil, threads: context.threads)
    let run = context.train(trainer, configuration, on: data, epochs: epochs) { epoch, tally in
      sumsOfMeans[epoch] += tally.loss.mean
      curve.add(tally)
    }
    guard let run else { return nil }
    let records = zip(run.progress.history, sumsOfMeans).map { epoch, sumOfMeans in
      FixedRecord.Epoch(
        steps: epoch.steps, learningRate: epoch.learningRate, trainingLoss: epoch.trainingLoss,
        publishedLoss: sumOfMeans / Double(data.training.count),
        trainingAccuracy: epoch.trainingAccuracy, validationLoss: epoch.validationLoss,
        validationAccuracy: epoch.validationAccuracy, seconds: isTimed ? epoch.seconds : nil)
    }
    let batches = run.trainer.evaluate(data.test, batchSize: batchSize)
    let test = batches.total
    let training = FixedRecord.Training(
      model: self.model, arm: arm.name, batchSize: batchSize, trial: trial,
      learningRate: arm.learningRate * configuration.scalingFactor, epochs: records,
      testLoss: test.loss.mean, testAccuracy: test.accuracy,
      publishedTestAccuracy: batches.reduce(0) { $0 + $1.accuracy } / Double(batches.count),
      curve: curve.points, fingerprint: Fingerprint(of: run.trainer.state).description)
    let isMeasuredNext = isTimed && trial == 0
    return JobOutcome(
      record: FixedRecord(training: training),
      weights: isMeasuredNext ? Checkpoint.weights(of: run.trainer.state, model: model) : nil)
  }
}

/// Gathers a training's losses into a fixed number of stretches.
struct LossCurve {
  private(set) var points: [FixedRecord.CurvePoint] = []
  private let stretch: Int
  private var tally = Tally()
  private var samples = 0

  init(samples: Int, points: Int) {
    stretch = max(samples / points, 1)
  }

  mutating func add(_ batch: Tally) {
    tally.add(batch)
    samples += batch.count
    if tally.count >= stretch {
      points.append(.init(samples: samples, loss: tally.loss.mean))
      tally = Tally()
    }
  }
}
