import Measurement
import TrainingCore

/// Times forward passes of trained models, in turn, each on other images than the one before.
///
/// Taking turns spreads whatever else the machine does over all of them alike, so that their times
/// can be compared.
///
/// - Parameters:
///   - trainers: Trained models, at least one.
///   - images: Images that fit them, at least as many as a batch.
///   - batchSize: Images per forward pass.
///   - seconds: How long it measures, all models together.
/// - Returns: For each model, the time of each pass.
func measureInference(
  of trainers: [some Trainer], on images: Examples, batchSize: Int, seconds: Seconds
) -> [LatencySample] {
  let batches = stride(from: 0, through: images.count - batchSize, by: batchSize).prefix(64).map {
    Batch($0..<$0 + batchSize, of: images)
  }
  var outputs: [Float] = []
  func pass(_ trainer: some Trainer, _ round: Int) -> Seconds {
    let watch = Stopwatch()
    outputs = trainer.outputs(for: batches[round % batches.count])
    return watch.elapsed
  }
  for trainer in trainers { _ = pass(trainer, 0) }
  var times: [[Seconds]] = trainers.map { [pass($0, 1)] }
  let watch = Stopwatch()
  let mostRounds = 1000
  for round in 2..<mostRounds where watch.elapsed < seconds {
    for index in trainers.indices { times[index].append(pass(trainers[index], round)) }
  }
  precondition(!outputs.isEmpty, "a forward pass has outputs")
  return times.compactMap(LatencySample.init(calls:))
}
