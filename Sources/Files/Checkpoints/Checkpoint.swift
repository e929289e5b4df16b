import Foundation
import TrainingCore

/// A run as a file: its configuration, its progress, and every bit of the model's state.
///
/// The file is in the safetensors format. The model's tensors have PyTorch's names and layouts, so
/// that in Python, after
///
///     tensors = safetensors.torch.load_file("checkpoint.safetensors")
///     state = {k: v for k, v in tensors.items() if not k.startswith("optimizer.")}
///
/// `model.load_state_dict(state)` takes them. The optimizer's tensors follow under
/// `optimizer.<slot>.<parameter>`, with the names of PyTorch's optimizer state as slots; the rest
/// is JSON in the metadata. Times stay out of it, so that equal runs write equal bytes.
package struct Checkpoint: Equatable, Sendable {
  package var configuration: RunConfiguration
  package var progress: RunProgress
  /// Weights, moving averages and optimizer state.
  package var state: ModelState
  /// The images that it is run on.
  package var data: DataDescription
  /// The epochs that were asked for in all, if that is known.
  package var plannedEpochs: Int?

  package init(
    configuration: RunConfiguration, progress: RunProgress, state: ModelState,
    data: DataDescription, plannedEpochs: Int? = nil
  ) {
    self.configuration = configuration
    self.progress = progress
    self.state = state
    self.data = data
    self.plannedEpochs = plannedEpochs
  }

  /// The file's name in a training's folder.
  package static let fileName = "checkpoint.safetensors"

  static let format = "batchwise-checkpoint-1"
  static let batchesTracked = "num_batches_tracked"
  static let slotPrefix = "optimizer."

  /// The file of weights at a path, which may be a folder: a training's, or a model's with the names
  /// that Hugging Face's hub has.
  package static func file(at path: String) -> String {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isFolder.boolValue else { return path }
    let names = [fileName, "model.safetensors", "model.safetensors.index.json"]
    let files = names.map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
    return files.first { FileManager.default.fileExists(atPath: $0) } ?? files[0]
  }

  /// A tensor's module, such as `features.0`, and what the tensor is called in it.
  static func parts(of name: String) -> (module: String, tensor: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  /// How the names of a model's head begin, which is its last module that learns: `classifier.1.`.
  package static func head(of model: ModelSpec) -> String? {
    ParameterLayout(of: model).parameters.last.map { parts(of: $0.name).module + "." }
  }

  /// The name of the tensor that an optimizer keeps in a slot for a parameter.
  static func slotName(_ slot: String, of parameter: String) -> String {
    "\(slotPrefix)\(slot).\(parameter)"
  }

  /// The names under which PyTorch's normalising layers keep how many batches they saw.
  static func batchesTrackedNames(_ layout: ParameterLayout) -> [String] {
    layout.statistics.filter { $0.role == .movingMean }.map {
      "\(parts(of: $0.name).module).\(batchesTracked)"
    }
  }

  /// The checkpoint as a file's content; metadata that can't be written as JSON are an error.
  package func safetensors() throws(OutputError) -> Safetensors {
    var file = Self.weights(of: state, model: configuration.model)
    let parameters = ParameterLayout(of: configuration.model).parameters
    for (slot, tensors) in zip(configuration.optimizer.slotNames, state.slots) {
      for (tensor, spec) in zip(tensors, parameters) {
        file.entries[Self.slotName(slot, of: spec.name)] = TensorLayout.entry(tensor, as: spec)
      }
    }
    func text(_ value: some Encodable) throws(OutputError) -> String {
      String(decoding: try encodedJSON(value), as: UTF8.self)
    }
    file.metadata = [
      "format": "pt",
      "batchwise.format": Self.format,
      "batchwise.steps": String(state.steps),
      "batchwise.configuration": try text(configuration),
      "batchwise.progress": try text(progress.withoutTimes),
      "batchwise.data": try text(data),
      "batchwise.fingerprint": Fingerprint(of: state).description,
    ]
    file.metadata["batchwise.epochs"] = plannedEpochs.map(String.init)
    return file
  }

  /// Writes the checkpoint durably, whole or not at all: if the system refuses, an older one is
  /// untouched.
  package func save(to folder: OutputFolder) throws(OutputError) {
    try folder.write(safetensors().encoded(), as: Self.fileName)
  }

  /// The model's own tensors as a file that PyTorch's `load_state_dict` takes: weights and moving
  /// averages, without optimizer state and metadata.
  package static func weights(of state: ModelState, model: ModelSpec) -> Safetensors {
    let layout = ParameterLayout(of: model)
    var file = Safetensors()
    for (tensor, spec) in zip(
      state.parameters + state.statistics, layout.parameters + layout.statistics)
    {
      file.entries[spec.name] = TensorLayout.entry(tensor, as: spec)
    }
    for name in batchesTrackedNames(layout) {
      file.entries[name] = Safetensors.Entry(
        type: "I64", shape: [],
        bytes: withUnsafeBytes(of: Int64(state.batchesTracked).littleEndian) { Data($0) })
    }
    return file
  }
}

/// The images that a run was trained on, so that it resumes with the same.
package struct DataDescription: Codable, Hashable, Sendable {
  /// The data set's name or folder.
  package var name: String
  package var normalization: String
  /// The share of training images that was held out.
  package var validationFraction: Double
  /// How the held-out images were chosen.
  package var split: String
  package var trainingCount: Int
  /// The number of training images that it was limited to, the held-out ones among them; nil for all.
  package var limit: Int?

  package init(
    name: String, normalization: String, validationFraction: Double, split: String,
    trainingCount: Int, limit: Int? = nil
  ) {
    self.name = name
    self.normalization = normalization
    self.validationFraction = validationFraction
    self.split = split
    self.trainingCount = trainingCount
    self.limit = limit
  }
}
