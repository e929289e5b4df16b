import CommandLineTools
import Datasets
import Files
import Reporting
import TrainingCore

/// `batchwise export`: a trained model as a file that other programs run.
enum ExportCommand {
  static let command = Command(
    name: "export",
    summary: "write a checkpoint's model as an ONNX file, for other programs to run",
    discussion: """
      The ONNX file has opset \(ONNXGraph.opset) and IR version \(ONNXGraph.irVersion), and the model at inference: batch
      normalisation goes by its moving averages, dropout does nothing.
      Its input is float32 [N, C, H, W], with N any number of images; or [N, features]
      where the model takes rows of numbers, of an image in the order H, W, C.
      Pixels x from 0 to 255 come in normalised as in training, (x/255 − mean)/std;
      mean and std, one number for each channel or one for all, are in the file's
      metadata. Its output is logits, float32 [N, classes].
      """,
    operands: [.init("CHECKPOINT", help: "a checkpoint file, or a training's folder")],
    options: [
      .init("--onnx", "FILE", help: "the file to write, such as model.onnx"),
      .init(
        "--model", "M", help: "the model, for a file that holds tensors alone, as PyTorch saves"),
      .init("--normalization", "FORM", help: "how pixels are normalised (default: as trained)"),
      .init(
        "--data", "D",
        help: "the data set whose mean and deviation they are normalised by, if FORM is standard "
          + "(default: the one trained on)"),
    ], run: run)

  private static func run(_ arguments: Arguments) throws {
    guard let path = try arguments.path("--onnx"), path.hasSuffix(".onnx") else {
      // No other name, so that the checkpoint isn't replaced by mistake.
      throw CommandError.misuse("name the file to write with --onnx FILE; its name ends in .onnx")
    }
    var dataOptions = DataOptions()
    let weights = try GivenWeights(at: arguments.operands[0], arguments, &dataOptions)
    try dataOptions.read(arguments)
    let isKnown = weights.configuration != nil || arguments.has("--normalization")
    let scale = try isKnown ? pixelScale(for: weights.model, dataOptions) : nil
    let state = try weights.state(weights.configuration?.optimizer ?? .sgd(SGDSpec()))
    let graph = ONNXGraph(of: weights.model, state)
    var metadata = ["model": weights.model.name]
    if let scale {
      metadata["normalization"] = "(x/255 - mean)/std, x from 0 to 255"
      metadata["mean"] = list(scale.means)
      metadata["std"] = list(scale.deviations)
    }
    let file = try ResultFile(path: path, option: "--onnx")
    let bytes = try graph.encoded(version: Program.version, metadata: metadata)
    try file.write(bytes)
    func type(_ extents: [Int]) -> String {
      "float32 [\((["N"] + extents.map(String.init)).joined(separator: ", "))]"
    }
    let normalization =
      scale.map { "(x/255 − mean)/std, mean \(list($0.means)), std \(list($0.deviations))" }
      ?? "unknown: tensors alone don't say it"
    try Console.line(
      TextTable(
        ["ONNX", "what is in it"],
        rows: [
          ["file", "\(path), \(NumberFormat.whole(bytes.count)) bytes"],
          ["model", weights.model.name],
          ["version", "opset \(ONNXGraph.opset), IR version \(ONNXGraph.irVersion)"],
          ["input", type(graph.input)], ["normalisation", normalization],
          ["logits", type(graph.output)],
        ]
      ).terminalText())
  }

  /// The normalisation of pixels; images are read only where it is fitted to them.
  private static func pixelScale(for model: ModelSpec, _ options: DataOptions) throws -> PixelScale
  {
    guard options.normalization != .standard else {
      let data = try DatasetCatalog().load(options.name)
      _ = try model.fitting(
        Examples(
          shape: data.training.shape, classCount: data.classCount, inputs: [], labels: []))
      return PixelScale(.standard, fittedTo: data.training)
    }
    // The channels of an image that enters as a row aren't known: one number is for all.
    let channels = model.input.positions == 1 ? 1 : model.input.channels
    let shape = ImageShape(height: 1, width: 1, channels: channels)
    return PixelScale(
      options.normalization, fittedTo: LabelledImages(shape: shape, pixels: [], labels: []))
  }

  private static func list(_ numbers: [Float]) -> String {
    numbers.map { "\($0)" }.joined(separator: ",")
  }
}
