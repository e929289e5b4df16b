import Foundation
import TrainingCore

extension Checkpoint {
  /// Reads a checkpoint, or a training's folder, and checks every part of it.
  ///
  /// A damaged file, one that is no checkpoint, and one whose parts don't fit each other throw
  /// `FileError`.
  package init(contentsOf path: String) throws(FileError) {
    let path = Self.file(at: path)
    try self.init(Safetensors(contentsOf: path), path: path)
  }

  /// Takes a checkpoint from a file's content and checks every part of it; errors name the path.
  package init(_ file: Safetensors, path: String) throws(FileError) {
    func fail(_ problem: String) -> FileError { FileError(path: path, problem: problem) }
    func value<Value: Decodable>(_ name: String) throws(FileError) -> Value {
      guard let text = file.metadata["batchwise.\(name)"],
        let value = try? decodedJSON(Value.self, from: Data(text.utf8))
      else { throw fail("its \(name) is missing or damaged") }
      return value
    }
    guard let format = file.metadata["batchwise.format"] else {
      throw fail(
        "it holds no training, only tensors: name the model with --model to work on them, or train "
          + "from them with --initial-weights")
    }
    guard format == Self.format else {
      throw fail("its format is '\(format)', and this version reads \(Self.format)")
    }
    configuration = try value("configuration")
    progress = try value("progress")
    data = try value("data")
    guard configuration.batchSize > 0, configuration.baseBatchSize > 0,
      (configuration.microBatchSize ?? 1) > 0,
      (configuration.batchSizeSchedule ?? []).allSatisfy({ $0.epochs > 0 && $0.batchSize > 0 }),
      configuration.schedule.warmUpSteps >= 0, (configuration.clipNorm ?? 1) > 0,
      data.trainingCount > 0, (0..<1).contains(data.validationFraction),
      progress.isPlausible(for: configuration, count: data.trainingCount)
    else { throw fail("its settings or counters are out of range") }
    guard let steps = file.metadata["batchwise.steps"].flatMap({ Int($0) }),
      (0...Self.largestCount).contains(steps)
    else { throw fail("its number of steps is missing or damaged") }
    let tensors = ModelFile(content: file, path: path, model: configuration.model)
    let parameters = tensors.layout.parameters
    let slotNames = configuration.optimizer.slotNames.map { slot in
      parameters.map { Self.slotName(slot, of: $0.name) }
    }
    let known = Set(slotNames.joined())
    state = try tensors.state { known.contains($0) }
    state.batchesTracked = try tensors.batchesTracked()
    state.steps = steps
    state.slots = try slotNames.map { names throws(FileError) in
      try zip(parameters, names).map { spec, name throws(FileError) in
        try tensors.tensor(spec, named: name)
      }
    }
    plannedEpochs = file.metadata["batchwise.epochs"].flatMap { Int($0) }
    guard file.metadata["batchwise.fingerprint"] == Fingerprint(of: state).description else {
      throw fail("its tensors are not those that were saved: it is damaged")
    }
  }
}

extension RunProgress {
  /// Whether a run has such counters: inside its epoch, with a record for each one before, and with
  /// the losses of as many samples as its batches have.
  fileprivate func isPlausible(for configuration: RunConfiguration, count: Int) -> Bool {
    let batchSize = configuration.batchSize(inEpoch: epochs)
    let (samples, overflow) = batches.multipliedReportingOverflow(by: batchSize)
    guard !overflow, samples < count, tally.count == samples else { return false }
    return count - samples >= (configuration.dropsLast ? batchSize : 1)
      && history.map(\.epoch).elementsEqual(1..<epochs + 1)
  }
}
