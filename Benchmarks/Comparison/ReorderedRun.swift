import OptimizedTraining
import TrainingCore

/// A training in `Float` with all sums in another order.
///
/// The channels of each layer and the samples of each batch change places, and where everything is
/// square, rows and columns of images and kernels: the same mathematics, rounded differently.
struct ReorderedRun {
  private let workload: Workload
  private let steps: Int
  private let seed: UInt64
  private let orders: ChannelOrders

  init(_ workload: Workload, steps: Int, seed: UInt64) throws(ModelError) {
    self.workload = workload
    self.steps = steps
    self.seed = seed
    orders = try ChannelOrders(of: workload.model, seed: seed)
  }

  /// The mean loss before each step.
  func losses() throws(ModelError) -> [Double] {
    let configuration = workload.configuration
    var state = ModelState.initial(
      model: workload.model, optimizer: workload.optimizer, seed: configuration.seed)
    let layout = ParameterLayout(of: workload.model)
    for (index, spec) in layout.parameters.enumerated() {
      state.parameters[index].values = orders.reordered(state.parameters[index].values, spec)
    }
    for (index, spec) in layout.statistics.enumerated() {
      state.statistics[index].values = orders.reordered(state.statistics[index].values, spec)
    }
    let examples = reorderedExamples()
    var trainer = try OptimizedTrainer(configuration, state: state)
    return (0..<steps).map { step in
      // A sample keeps its index, which its dropout masks depend on.
      let batch = Array(workload.plan[step])
      let order = Permutation.random(
        count: batch.count, seed: seed, purpose: .validationSplit, epoch: step)
      return trainer.train(
        on: order.map { batch[$0] }[...], of: examples, epoch: 0,
        learningRate: workload.learningRate
      ).loss.mean
    }
  }

  /// The images of the steps, their pixels in another order.
  private func reorderedExamples() -> Examples {
    let examples = workload.examples
    let pixels = orders.elements(enteringLayer: 0)
    let samples = 0..<steps * workload.batchSize
    return Examples(
      shape: examples.shape, classCount: examples.classCount,
      inputs: samples.flatMap { sample in
        pixels.map { examples.inputs[sample * pixels.count + $0] }
      },
      labels: samples.map { examples.labels[$0] })
  }
}

/// An order of the channels of every array between a model's layers.
///
/// Only dense layers and convolutions without groups give what leaves them a new order. Arrays that
/// are added have the same, the classes keep theirs, and so do units that are dropped, since their
/// masks depend on their places.
private struct ChannelOrders {
  private let model: ModelSpec
  /// The shape before each layer, and after the last; the images of a perceptron are single rows.
  private let shapes: [ImageShape]
  /// The channels before each layer, and after the last: the old place of each.
  private let channels: [[Int]]
  private let isTransposed: Bool

  init(of model: ModelSpec, seed: UInt64) throws(ModelError) {
    self.model = model
    var shapes = try model.shapes()
    if case .dense(let inputs, _)? = model.layers.first {
      shapes[0] = ImageShape(height: 1, width: 1, channels: inputs)
    }
    // The array that each one has its order from.
    var sources = [0]
    var fixed: Set<Int> = []
    for (index, layer) in model.layers.enumerated() {
      switch layer {
      case .dense: sources.append(index + 1)
      case .convolution(let spec) where spec.groups == 1: sources.append(index + 1)
      case .residual(let span):
        let (own, shortcut) = (sources[index], sources[index - span])
        sources = sources.map { $0 == own ? shortcut : $0 }
        sources.append(shortcut)
      default: sources.append(sources[index])
      }
    }
    fixed.insert(sources[model.layers.count])
    for case (let index, .dropout) in model.layers.enumerated() { fixed.insert(sources[index]) }
    channels = zip(shapes, sources).map { shape, source in
      fixed.contains(source)
        ? Array(0..<shape.channels)
        : Permutation.random(count: shape.channels, seed: seed, epoch: source)
    }
    self.shapes = shapes
    isTransposed =
      seed.isMultiple(of: 2) && shapes.allSatisfy { $0.height == $0.width }
      && zip(model.layers, shapes).allSatisfy(Self.allowsTransposition)
  }

  /// Whether a layer does the same to an image whose rows and columns have changed places.
  private static func allowsTransposition(_ layer: LayerSpec, _ input: ImageShape) -> Bool {
    func isSquare(_ extents: Extent...) -> Bool { extents.allSatisfy { $0.height == $0.width } }
    return switch layer {
    case .convolution(let spec): isSquare(spec.kernel, spec.stride, spec.padding)
    case .averagePool(let spec), .maxPool(let spec): isSquare(spec.window, spec.stride)
    case .dropout: input.positions == 1
    default: true
    }
  }

  /// The old places of the numbers [H, W, C] that enter a layer.
  func elements(enteringLayer layer: Int) -> [Int] {
    let shape = shapes[layer]
    return places(Extent(height: shape.height, width: shape.width), channels[layer])
  }

  /// The old places of rows × columns × channels, square where rows and columns change places.
  private func places(_ extent: Extent, _ channels: [Int]) -> [Int] {
    (0..<extent.count).flatMap { position in
      let (row, column) = position.quotientAndRemainder(dividingBy: extent.width)
      let old = isTransposed ? column * extent.width + row : position
      return channels.map { old * channels.count + $0 }
    }
  }

  /// A tensor's numbers with its channels in their new places.
  func reordered(_ values: [Float], _ spec: TensorSpec) -> [Float] {
    let outputs = channels[spec.layer + 1]
    let rows =
      switch (spec.role, model.layers[spec.layer]) {
      case (.weight, .convolution(let convolution)):
        places(convolution.kernel, convolution.groups == 1 ? channels[spec.layer] : [0])
      case (.weight, _): elements(enteringLayer: spec.layer)
      default: [0]
      }
    return rows.flatMap { row in outputs.map { values[row * outputs.count + $0] } }
  }
}
