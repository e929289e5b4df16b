import Statistics

/// What a job of the online-selection study came to.
package struct OnlineRecord: Codable, Sendable {
  /// Times of a model's arms.
  var costs: [Cost]?
  /// A training; nil for a tuned one where every rate of the grid diverged.
  var training: Training?
  /// One rate of the grid.
  var tried: Tried?
  /// The rate that a tuned training has.
  var rate: ChosenRate?

  /// Which learning rate a training has.
  enum Setting: String, Codable, Sendable {
    /// The published one, the same for all arms.
    case published
    /// The arm's own, chosen on the held-out part.
    case tuned
  }

  /// What an epoch costs, measured while nothing else ran.
  struct Cost: Codable, Hashable, Sendable {
    var model: String
    var arm: String
    var secondsPerEpoch: [Double]
  }

  struct Tried: Codable, Hashable, Sendable {
    /// The learning rate at the base batch size.
    var rate: Double
    /// The held-out loss after the last epoch; nil where it was not a number.
    var validationLoss: Double?
  }

  /// A learning rate chosen on the held-out part.
  struct ChosenRate: Codable, Hashable, Sendable {
    var model: String
    var arm: String
    var tried: [Tried]
    /// The first rate of the smallest loss; nil where none has a loss.
    var chosen: Double?

    init(model: String, arm: String, tried: [Tried]) {
      self.model = model
      self.arm = arm
      self.tried = tried
      chosen =
        tried.filter { $0.validationLoss != nil }
        .min { $0.validationLoss ?? .infinity < $1.validationLoss ?? .infinity }?.rate
    }
  }

  struct Training: Codable, Hashable, Sendable {
    var model: String
    var arm: String
    var setting: Setting
    /// The trial, from 0; trials of the same number have the same seed.
    var trial: Int
    /// The learning rate at the base batch size.
    var learningRate: Double
    var epochs: [Epoch]
    var testLoss: Double
    var testAccuracy: Double
    var fingerprint: String
  }

  /// One epoch of a training.
  struct Epoch: Codable, Hashable, Sendable {
    /// Iterations, each of one base batch.
    var iterations = 0
    /// How often each of the arm's candidates was chosen.
    var choices: [Int]
    /// Iterations at which several candidates were equally good.
    var ties = 0
    /// Each candidate's average loss over the epoch; empty where nothing is compared.
    var candidateLosses: [Double]
    /// Samples run forward to score candidates.
    var scoredSamples = 0
    /// The learning rate at the base batch size in the last iteration.
    var learningRate = 0.0
    /// Per sample in training mode, each at the weights before its own step.
    var trainingLoss = 0.0
    var trainingAccuracy = 0.0
    /// Per held-out sample after the epoch.
    var validationLoss = 0.0
    var validationAccuracy = 0.0
  }
}

/// One arm of the online-selection study over all trials.
struct OnlineRow {
  /// One of each trial, in their order.
  let trainings: [OnlineRecord.Training]
  let selection: BatchSizeSelection
  /// Accuracy in per cent less the baseline's of the same seed; nil for the baseline itself.
  let difference: PairedDifference?
  /// Training samples until the held-out accuracy reached the model's target, of the trials that
  /// reached it.
  let samplesToTarget: [Double]
  /// Seconds of an epoch that ran alone, the median of some.
  let secondsPerEpoch: Double?

  var model: String { trainings[0].model }
  var arm: String { trainings[0].arm }
  var setting: OnlineRecord.Setting { trainings[0].setting }
  /// That of the setting, at the base batch size.
  var learningRate: Double { trainings[0].learningRate }
  var accuracyPercent: TrialMean? { TrialMean(trainings.map { 100 * $0.testAccuracy }) }
  var testLoss: TrialMean? { TrialMean(trainings.map(\.testLoss)) }
  /// The batch sizes that the arm chooses from.
  var candidates: [Int] { selection.candidates }
  /// The share of iterations at which each of them was chosen.
  var shares: [Double] { candidates.indices.map { place in share { $0.choices[place] } } }
  /// The share of iterations at which several candidates were equally good.
  var tieShare: Double { share(\.ties) }
  /// Samples run forward to score candidates, per training sample.
  var scoredPerSample: Double {
    sum(\.scoredSamples) / (sum(\.iterations) * Double(selection.baseBatchSize))
  }

  private func share(_ count: (OnlineRecord.Epoch) -> Int) -> Double {
    sum(count) / sum(\.iterations)
  }

  private func sum(_ count: (OnlineRecord.Epoch) -> Int) -> Double {
    Double(trainings.flatMap(\.epochs).reduce(0) { $0 + count($1) })
  }
}

extension OnlineStudy {
  /// What tells a model from the others: `batchnorm` of `mlp:784-128-10+batchnorm`, or `plain`.
  static func shortName(of model: String) -> String {
    let parts = model.split(separator: "+")
    return parts.count > 1 ? parts.dropFirst().joined(separator: "+") : "plain"
  }
}

extension StudyResult<OnlineStudy> {
  var arms: [OnlineStudy.Arm] { (try? options.arms()) ?? [] }
  var costs: [OnlineRecord.Cost] { records.compactMap(\.costs).flatMap { $0 } }
  var trainings: [OnlineRecord.Training] { records.compactMap(\.training) }

  /// One entry per model and controlled arm that is tuned: all its trials have the same.
  var rates: [OnlineRecord.ChosenRate] {
    var seen: Set<OnlineRecord.ChosenRate> = []
    return records.compactMap(\.rate).filter { seen.insert($0).inserted }
  }

  /// Training samples of an epoch: whole base batches.
  var samplesPerEpoch: Int { data.training / options.baseBatchSize * options.baseBatchSize }

  var rows: [OnlineRow] {
    options.models.flatMap { model in
      [OnlineRecord.Setting.published, .tuned].flatMap { setting in
        arms.compactMap { row(model: model, setting: setting, arm: $0) }
      }
    }
  }

  /// The trainings of one model, setting and arm, in the order of their trials.
  func trainings(
    model: String, setting: OnlineRecord.Setting, arm: String
  ) -> [OnlineRecord.Training] {
    trainings.filter { $0.model == model && $0.setting == setting && $0.arm == arm }
      .sorted { $0.trial < $1.trial }
  }

  /// By how many points of accuracy one arm exceeds another over the same seeds; nil for fewer than
  /// two trials.
  func difference(
    of arm: String, from other: String, model: String, setting: OnlineRecord.Setting
  ) -> PairedDifference? {
    let others = trainings(model: model, setting: setting, arm: other)
    return PairedDifference(
      trainings(model: model, setting: setting, arm: arm).compactMap { training in
        others.first { $0.trial == training.trial }.map {
          100 * (training.testAccuracy - $0.testAccuracy)
        }
      })
  }

  private func row(
    model: String, setting: OnlineRecord.Setting, arm: OnlineStudy.Arm
  ) -> OnlineRow? {
    let own = trainings(model: model, setting: setting, arm: arm.name)
    guard !own.isEmpty else { return nil }
    // The held-out accuracy to reach is the least that the baseline ends with in any trial, so that
    // it always reaches it.
    let target = trainings(model: model, setting: setting, arm: options.baseline)
      .compactMap { $0.epochs.last?.validationAccuracy }.min()
    let reached = own.compactMap { training in
      training.epochs.firstIndex { $0.validationAccuracy >= target ?? .infinity }.map {
        Double(($0 + 1) * samplesPerEpoch)
      }
    }
    let seconds = costs.first { $0.model == model && $0.arm == arm.name }?.secondsPerEpoch.sorted()
    return OnlineRow(
      trainings: own, selection: arm.selection,
      difference: arm.name == options.baseline
        ? nil : difference(of: arm.name, from: options.baseline, model: model, setting: setting),
      samplesToTarget: reached, secondsPerEpoch: seconds.map { $0[$0.count / 2] })
  }
}
