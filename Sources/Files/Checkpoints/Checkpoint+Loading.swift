import Foundation
import TrainingCore

/// Why a file isn't a checkpoint that can be used.
package struct CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The file's path.
  package let path: String
  /// What was found, and what was expected.
  package let problem: String

  /// One line: the file, what was found, what was expected.
  package var description: String { Printable.message(about: path, problem) }
}

extension Checkpoint {
  /// Reads a checkpoint and checks every part of it.
  ///
  /// A damaged file throws `SafetensorsError`; one that is no checkpoint, or whose parts don't fit each
  /// other, `CheckpointError`.
  package init(contentsOf path: String) throws {
    try self.init(Safetensors(contentsOf: path), path: path)
  }

  /// Takes a checkpoint from a file's content and checks every part of it; errors name the path.
  package init(_ file: Safetensors, path: String) throws(CheckpointError) {
    guard let format = file.metadata["batchwise.format"] else {
      throw CheckpointError(
        path: path,
        problem: "it holds no training, only tensors: name the model with --model to work "
          + "on them, or train from them with --initial-weights")
    }
    guard format == Self.format else {
      throw CheckpointError(
        path: path, problem: "its format is '\(format)', and this version reads \(Self.format)")
    }
    configuration = try Self.value("configuration", of: file, path)
    progress = try Self.value("progress", of: file, path)
    data = try Self.value("data", of: file, path)
    guard configuration.isPlausible, data.isPlausible,
      progress.isPlausible(for: configuration, count: data.trainingCount)
    else {
      throw CheckpointError(path: path, problem: "its settings or counters are out of range")
    }
    guard let steps = file.metadata["batchwise.steps"].flatMap({ Int($0) }),
      (0...Self.largestCount).contains(steps)
    else {
      throw CheckpointError(path: path, problem: "its number of steps is missing or damaged")
    }
    let model = configuration.model
    let parameters = ParameterLayout(of: model).parameters
    let slotNames = configuration.optimizer.slotNames.map { slot in
      parameters.map { Self.slotName(slot, of: $0.name) }
    }
    let known = Set(slotNames.joined())
    state = try Self.modelState(of: model, in: file, path: path) { known.contains($0) }
    state.batchesTracked = try Self.batchesTracked(of: model, in: file, path: path)
    state.steps = steps
    state.slots = try slotNames.map { names throws(CheckpointError) in
      try zip(parameters, names).map { spec, name throws(CheckpointError) in
        try Self.tensor(spec, named: name, in: file, path: path)
      }
    }
    plannedEpochs = file.metadata["batchwise.epochs"].flatMap { Int($0) }
    guard file.metadata["batchwise.fingerprint"] == Fingerprint(of: state).description else {
      throw CheckpointError(
        path: path, problem: "its tensors are not those that were saved: it is damaged")
    }
  }

  /// The batches that went into the moving averages; every layer has the same number.
  private static func batchesTracked(
    of model: ModelSpec, in file: Safetensors, path: String
  ) throws(CheckpointError) -> Int {
    var counts: Set<Int> = []
    for name in batchesTrackedNames(ParameterLayout(of: model)) {
      guard let count = try count(named: name, in: file, path: path) else {
        throw CheckpointError(path: path, problem: "tensor '\(name)' is missing")
      }
      counts.insert(count)
    }
    guard counts.count <= 1 else {
      throw CheckpointError(
        path: path, problem: "its layers disagree on \(batchesTracked): \(counts.sorted())")
    }
    return counts.first ?? 0
  }

  private static func value<Value: Decodable>(
    _ name: String, of file: Safetensors, _ path: String
  ) throws(CheckpointError) -> Value {
    guard let text = file.metadata["batchwise.\(name)"],
      let value = try? decodedJSON(Value.self, from: Data(text.utf8))
    else {
      throw CheckpointError(path: path, problem: "its \(name) is missing or damaged")
    }
    return value
  }
}

extension RunConfiguration {
  /// Whether a run can be made of it, whatever the data.
  fileprivate var isPlausible: Bool {
    batchSize > 0 && baseBatchSize > 0 && schedule.warmUpSteps >= 0 && (clipNorm ?? 1) > 0
  }
}

extension DataDescription {
  /// Whether there can be such data.
  fileprivate var isPlausible: Bool {
    trainingCount > 0 && (0..<1).contains(validationFraction)
  }
}

extension RunProgress {
  /// Whether a run has such counters: inside its epoch, with a record for each one before, and with
  /// the losses of as many samples as its batches have.
  fileprivate func isPlausible(for configuration: RunConfiguration, count: Int) -> Bool {
    let (samples, overflow) = batches.multipliedReportingOverflow(by: configuration.batchSize)
    guard !overflow, samples < count, tally.count == samples else { return false }
    return count - samples >= (configuration.dropsLast ? configuration.batchSize : 1)
      && history.map(\.epoch).elementsEqual(1..<epochs + 1)
  }
}
