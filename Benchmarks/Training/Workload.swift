import Datasets
import TrainingCore

/// What is computed: a model, an optimizer, and images in batches.
///
/// The images are real ones, so that about as many activations are zero as in a training run; and
/// their order is the data set's, so that peers are given the same.
struct Workload {
  let model: ModelSpec
  let optimizer: OptimizerSpec
  let batchSize: Int
  /// The images: whole batches.
  let examples: Examples

  /// The data set that images are from.
  static let dataset = "fashion-mnist-10k"

  /// The images of an epoch: all that the data set has to train on.
  static let epochSize = 10_000

  /// The images that there are, and so the largest batch.
  static let imageCount = 2048

  /// The operations of a training pass, a second or a few, beyond which it has fewer images.
  private static let passOperations = 100_000_000_000

  /// Images that are worked on: several batches, and more than a second-level cache holds, but not
  /// so many that a pass of single images, or of a large model, takes long.
  private static func imageCount(batchSize: Int, operationsPerImage: Int) -> Int {
    let affordable = max(passOperations / max(operationsPerImage, 1), 2 * batchSize)
    return min(max(512, 16 * batchSize), affordable, imageCount) / batchSize * batchSize
  }

  /// The first images of the embedded data set, normalised as the studies do.
  static func images() throws(DatasetError) -> Examples {
    let dataset = try DatasetCatalog().load(dataset)
    return dataset.examples(.symmetric).training.selecting(0..<imageCount)
  }

  /// Takes as many whole batches of `images()` as the workload needs; a batch is at most all of them.
  init(
    model: ModelSpec, optimizer: OptimizerSpec, batchSize: Int, images: Examples
  ) throws(ModelError) {
    self.model = model
    self.optimizer = optimizer
    self.batchSize = batchSize
    let count = Self.imageCount(
      batchSize: batchSize, operationsPerImage: Self.trainingOperations(of: model))
    examples = try model.fitting(images.selecting(0..<count).shaped(for: model.input))
  }

  /// A usual rate of the optimizer, small enough for a batch of one.
  var learningRate: Double {
    if case .sgd = optimizer { 0.01 } else { 0.001 }
  }

  /// The run that the steps belong to.
  var configuration: RunConfiguration {
    var configuration = RunConfiguration(
      model: model, optimizer: optimizer, schedule: LearningRateSchedule(base: learningRate),
      batchSize: batchSize, seed: 1)
    configuration.shuffles = false
    return configuration
  }

  /// The labels of figures about this workload; `more` replaces them and adds others.
  func labels(_ task: EngineTask, threads: Int, _ more: [String: String] = [:]) -> [String: String]
  {
    var labels = [
      "task": task.rawValue, "model": model.name, "batch": String(batchSize),
      "threads": String(threads),
    ]
    if task == .training { labels["optimizer"] = optimizer.name }
    return labels.merging(more) { $1 }
  }

  /// The batches of a pass.
  var plan: BatchPlan { configuration.plan(epoch: 0, count: examples.count) }

  /// The operations that the arithmetic of dense layers and convolutions needs for an image: twice the
  /// multiplications in each layer for the forward pass, the weights' gradient, and, after the first
  /// layer, the input's gradient.
  var trainingOperationsPerImage: Int { Self.trainingOperations(of: model) }

  private static func trainingOperations(of model: ModelSpec) -> Int {
    let shapes = (try? model.shapes()) ?? []
    var operations = 0
    for (layer, output) in zip(model.layers, shapes.dropFirst()) {
      operations += 2 * layer.multiplications(output: output) * (operations == 0 ? 2 : 3)
    }
    return operations
  }

  /// The operations of an image's forward pass.
  var inferenceOperationsPerImage: Int { ModelCost(of: model).flops }
}

/// The bytes that a workload has to move, if no cache held anything from one step or call to the next.
///
/// They are counted from the description, not measured: every parameter and moving average and
/// every number of the optimizer is read once and written once in a step, and read once in a
/// forward pass; every image is read once. Activations and gradients aren't counted, since a good
/// program has them in caches, nor is what is read again within a step. A share of the memory's
/// bandwidth above 100 % says that a cache holds the weights.
extension Workload {
  private static let bytesPerNumber = 4

  private var weightCount: Int {
    let cost = ModelCost(of: model)
    return cost.parameters + cost.statistics
  }

  private var imageBytes: Int { batchSize * model.input.count * Self.bytesPerNumber }

  /// The bytes of a training step.
  var trainingBytesPerStep: Int {
    let kept = weightCount + optimizer.slotNames.count * ModelCost(of: model).parameters
    return 2 * kept * Self.bytesPerNumber + imageBytes
  }

  /// The bytes of a forward pass in inference mode.
  var inferenceBytesPerCall: Int { weightCount * Self.bytesPerNumber + imageBytes }
}
