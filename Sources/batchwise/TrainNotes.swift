import Reporting
import TrainingCore
import Verification

// What is to be said of a training's settings, a line each.
extension RunConfiguration {
  /// What may not be meant in a training of so many epochs.
  func warnings(epochs: Int) -> [String] {
    [scaling.objection(to: optimizer), microBatchNote, lengthNote(epochs)].compactMap(\.self)
  }

  /// Why micro-batches don't have the bits of a whole batch; nil where they do, or there are none.
  private var microBatchNote: String? {
    guard let microBatchSize else { return nil }
    let (full, rest) = batchSize.quotientAndRemainder(dividingBy: microBatchSize)
    let sizes = Array(repeating: microBatchSize, count: full) + (rest > 0 ? [rest] : [])
    return model.coupling(of: Split(sizes: sizes)).map {
      "micro-batches don't add up to the bits of a whole batch: \($0)"
    }
  }

  /// That the last epochs have no learning rate.
  private func lengthNote(_ epochs: Int) -> String? {
    guard let length = schedule.length, length < epochs else { return nil }
    return "the learning rate is 0 after \(NumberFormat.counted(length, "epoch")), and the other "
      + "\(epochs - length) of \(epochs) change nothing that is learned; a training with a longer "
      + "--schedule starts anew"
  }

  /// The line before an epoch, from 0, whose batch size is another than that of the one before; nil
  /// where it isn't.
  func batchSizeNote(epoch: Int, count: Int) throws(RunError) -> String? {
    let (old, new) = (inEpoch(epoch - 1), inEpoch(epoch))
    guard old.batchSize != new.batchSize else { return nil }
    let steps = [new, old].map { $0.plan(epoch: epoch, count: count).count }
    return "batch size \(new.batchSize) instead of \(old.batchSize) from epoch \(epoch + 1) on: "
      + "\(NumberFormat.counted(steps[0], "step")) an epoch instead of \(steps[1]); "
      + (try new.scalingNote() ?? "the learning rate stays")
  }

  /// What the scaling rule makes of the optimizer; nil without a rule.
  func scalingNote() throws(RunError) -> String? {
    guard scaling != .none else { return nil }
    let scaled = try withScaledOptimizer().optimizer
    var numbers = [("learning rate", schedule.base * scalingFactor)]
    if scaled != optimizer, let spec = scaled.adamSpec {
      numbers += [("β₁", spec.beta1), ("β₂", spec.beta2), ("ε", spec.epsilon)]
    }
    if scaled != optimizer, case .rmsprop(let spec) = scaled {
      numbers += [("ρ", spec.decay), ("ε", spec.epsilon)]
    }
    if scaled.weightDecay != optimizer.weightDecay {
      numbers.append(("weight decay", scaled.weightDecay))
    }
    let words = numbers.map { "\($0) \(Float($1))" }
    return "\(scaling.rawValue) scaling from batches of \(baseBatchSize) to \(batchSize): "
      + words.joined(separator: ", ")
  }
}
