import Testing
import TrainingCore

@testable import Studies

/// One transfer with everything that its trainers were asked, epoch by epoch.
struct WatchedTransfer {
  struct Step {
    let samples: [Int]
    let latest: [Tensor]
    let state: ModelState
  }

  struct Epoch {
    /// Where a stage begins: its configuration and first state.
    var start: (configuration: RunConfiguration, state: ModelState)?
    var steps: [Step] = []
    /// The states that were validated, in their order.
    var validated: [ModelState] = []
  }

  let base: ModelState
  let job: TransferJob.Transfer
  let transfer: TransferRecord.Transfer
  let epochs: [Epoch]

  init(
    _ options: TransferStudy.Options = SmallTransfer.options(), batchSize: Int,
    isInferenceMode: Bool = false
  ) throws {
    let base = try SmallTransfer.pretrained()
    let job = try SmallTransfer.job(
      options, batchSize: batchSize, isInferenceMode: isInferenceMode)
    let log = WatchedTrainer.Log()
    let outcome = try WatchedTrainer.$log.withValue(log) {
      try job.run(
        with: WatchedTrainer.self, SmallTransfer.network(options), base: base, SmallTransfer.data,
        SmallTransfer.context())
    }
    transfer = try #require(outcome?.record.transfer)
    (self.base, self.job) = (base, job)
    epochs = Self.epochs(log.events)
  }

  private static func epochs(_ events: [WatchedTrainer.Event]) -> [Epoch] {
    var epochs: [Epoch] = []
    var start: (RunConfiguration, ModelState)?
    for event in events {
      switch event {
      case .created(let configuration, let state): start = (configuration, state)
      case .trained(let samples, let latest, let state):
        if epochs.last?.validated.isEmpty != true || epochs.isEmpty {
          epochs.append(Epoch(start: start))
        }
        start = nil
        epochs[epochs.count - 1].steps.append(.init(samples: samples, latest: latest, state: state))
      case .evaluated(let images, let state):
        #expect(images == SmallTransfer.data.validation.count)
        epochs[epochs.count - 1].validated.append(state)
        start = nil
      case .measured(let images, _):
        #expect(images == SmallTransfer.data.training.count)
      }
    }
    return epochs
  }
}
