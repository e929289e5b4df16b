import GradientOracles
import PropertyTesting
import TrainingCore

@testable import ReferenceTraining

/// The layers that have a backward pass of their own, and special kinds of some.
enum LayerKind: CaseIterable {
  case dense, convolution, depthwise, pointwise, averagePool, maxPool, globalAveragePool
  case relu, relu6, tanh, gelu, dropout
  case batchNorm, ghostBatchNorm, mapBatchNorm, ghostMapBatchNorm, movingBatchNorm
  case layerNorm, mapGroupNorm
  case softmaxCrossEntropy, weightedCrossEntropy, binaryCrossEntropy
}

/// A layer of a kind with random data, and its extents.
struct RandomLayer<S: RandomScalar> {
  let pass: LayerPass<S>
  /// The numbers of a sample before and behind it.
  let inputs: Int
  let outputs: Int
  /// The shapes of what it learns; of a layer that learns nothing, some.
  let parameters: Parameters<S>

  init(
    _ kind: LayerKind, samples: Int, groups: ClosedRange<Int>, _ choices: inout Choices
  ) throws {
    switch kind {
    case .dense, .relu, .relu6, .tanh, .gelu, .dropout, .batchNorm, .ghostBatchNorm, .layerNorm,
      .softmaxCrossEntropy, .weightedCrossEntropy, .binaryCrossEntropy:
      self.init(flat: kind, samples: samples, groups: groups, &choices)
    case .convolution, .depthwise, .pointwise, .averagePool, .maxPool, .globalAveragePool,
      .mapBatchNorm, .ghostMapBatchNorm, .movingBatchNorm, .mapGroupNorm:
      try self.init(image: kind, groups: groups, &choices)
    }
  }

  /// A layer over features.
  private init(
    flat kind: LayerKind, samples: Int, groups: ClosedRange<Int>, _ choices: inout Choices
  ) {
    let features =
      kind == .binaryCrossEntropy ? 1 : choices.integer(in: (kind == .layerNorm ? 4 : 1)...7)
    let image = ImageShape(height: 1, width: 1, channels: features)
    var outputs = features
    var weightRows = 1
    switch kind {
    case .dense:
      pass = .dense
      outputs = choices.integer(in: 1...7)
      weightRows = features
    case .relu6: pass = .relu6
    case .tanh: pass = .tanh
    case .gelu: pass = .gelu
    case .dropout:
      let mask: Matrix<S> = Dropout.mask(
        rate: choices.pick([0.5, 0.25, 0.9, 0.1]), seed: choices.draw(upTo: 99), layer: 3, epoch: 1,
        samples: Array(0..<samples), features: features)
      pass = .dropout(mask)
    case .batchNorm:
      let keras = choices.oneIn(3)
      pass = .batchNorm(keras ? .keras(features: features) : .pytorch(features: features), image)
    case .ghostBatchNorm:
      let size = choices.integer(in: groups)
      pass = .batchNorm(.pytorch(features: features, groupSize: size), image)
    case .layerNorm:
      pass = .groupNorm(GroupNormSpec(features: features), image)
    case .softmaxCrossEntropy, .weightedCrossEntropy:
      let spec = kind == .softmaxCrossEntropy ? nil : choices.crossEntropy(outputs: features)
      pass = .softmaxCrossEntropy(choices.labels(samples, classes: features), spec)
      outputs = 1
    case .binaryCrossEntropy:
      pass = .binaryCrossEntropy(choices.labels(samples, classes: 2))
      outputs = 1
    default: pass = .relu
    }
    (inputs, self.outputs) = (features, outputs)
    parameters = Parameters(
      weight: Matrix(rows: weightRows, columns: outputs), bias: Matrix(rows: 1, columns: outputs))
  }

  /// A layer over images of at most 5×5 positions and four channels.
  private init(image kind: LayerKind, groups: ClosedRange<Int>, _ choices: inout Choices) throws {
    // Of a group of fewer than four numbers, next to nothing is left to normalise.
    let least = kind == .mapGroupNorm ? 2 : 1
    let image = ImageShape(
      height: choices.integer(in: least...5), width: choices.integer(in: least...5),
      channels: choices.integer(in: 1...4))
    let window = choices.integer(in: 1...min(image.height, image.width))
    let stride = choices.integer(in: 1...3)
    let word =
      switch kind {
      case .convolution: choices.convolution(over: image, channels: 4)
      case .depthwise: "depthwise\(choices.pick([3, 1]))s\(stride)"
      case .pointwise: "\(choices.pick(["conv", "bareconv"]))\(choices.integer(in: 1...4))"
      case .averagePool: "averagepool\(window)s\(stride)"
      case .maxPool: "maxpool\(window)s\(stride)"
      case .globalAveragePool: "globalpool"
      case .ghostMapBatchNorm: "ghost\(choices.integer(in: groups))"
      case .movingBatchNorm: "movingnorm"
      case .mapGroupNorm: choices.groupNorm(of: image.channels)
      default: choices.pick(["batchnorm", "kerasnorm"])
      }
    let model = try ModelSpec(
      words: "\(image.height)x\(image.width)x\(image.channels) \(word)")
    let state = choices.state(
      of: RunConfiguration(
        model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 1),
        batchSize: 1, seed: 0))
    let nothing = Matrix<S>(rows: 1, columns: 1)
    let pairs = Parameters<S>.pairs(
      state.parameters, of: ParameterLayout(of: model).parameters)
    parameters = pairs.first?.zeros ?? Parameters(weight: nothing, bias: nothing)
    (inputs, outputs) = (image.count, model.output.count)
    switch model.layers[0] {
    case .convolution(let spec):
      pass = .convolution(Convolution(spec: spec, input: image, output: model.output))
    case .averagePool(let spec):
      pass = .averagePool(PoolWindows(spec: spec, input: image, output: model.output))
    case .maxPool(let spec):
      pass = .maxPool(PoolWindows(spec: spec, input: image, output: model.output))
    case .globalAveragePool: pass = .averagePool(PoolWindows.whole(of: image))
    case .batchNorm(let spec) where spec.statistics == .moving:
      let moving = BatchNorm.MovingStatistics<S>(
        mean: Matrix(state.statistics[0]), variance: Matrix(state.statistics[1]))
      pass = .movingBatchNorm(spec, moving)
    case .batchNorm(let spec): pass = .batchNorm(spec, image)
    case .groupNorm(let spec): pass = .groupNorm(spec, image)
    default: pass = .relu
    }
  }
}
