import TrainingCore

extension ReferenceTrainer {
  /// What the loss says of a batch, sample by sample.
  public struct Outcome {
    /// The loss of each sample, [N].
    public let losses: [S]
    /// Whether each sample was classified correctly, [N].
    public let hits: [Bool]
  }

  /// What a layer's backward pass needs to know of its forward pass.
  private enum Record {
    case input(Matrix<S>)
    case output(Matrix<S>)
    case mask(Matrix<S>)
    case normalized(input: Matrix<S>, BatchNorm.Statistics<S>)
  }

  /// Runs a batch forward and backward in training mode and adds to `gradients`.
  ///
  /// - Parameters:
  ///   - inputs: Inputs, [N, I].
  ///   - labels: Classes, [N].
  ///   - samples: The samples' indices in their data set, [N].
  ///   - epoch: The epoch, from 0.
  /// - Returns: Losses and hits of the forward pass.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public mutating func accumulateGradient(
    inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int
  ) -> Outcome {
    let (logits, records) = forward(inputs, samples: samples, epoch: epoch)
    let loss = SoftmaxCrossEntropy.evaluate(logits: logits, labels: labels)
    propagate(loss.gradient, back: records)
    return Outcome(losses: loss.losses, hits: loss.hits)
  }

  /// Runs a batch forward in training mode, without a gradient.
  ///
  /// - Parameters:
  ///   - inputs: Inputs, [N, I].
  ///   - labels: Classes, [N].
  ///   - samples: The samples' indices in their data set, [N].
  ///   - epoch: The epoch, from 0.
  ///   - updatesAverages: Whether the moving averages take the batch in.
  /// - Returns: Losses and hits.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public mutating func trainingOutcome(
    inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int, updatesAverages: Bool
  ) -> Outcome {
    let before = (statistics, batchesTracked)
    let (logits, _) = forward(inputs, samples: samples, epoch: epoch)
    if !updatesAverages { (statistics, batchesTracked) = before }
    let loss = SoftmaxCrossEntropy.evaluate(logits: logits, labels: labels)
    return Outcome(losses: loss.losses, hits: loss.hits)
  }

  /// All layers in training mode, and what each leaves for its backward pass.
  private mutating func forward(
    _ inputs: Matrix<S>, samples: [Int], epoch: Int
  ) -> (logits: Matrix<S>, records: [Record]) {
    var activation = inputs
    var records: [Record] = []
    var parameter = 0
    var statistic = 0
    for (index, layer) in model.layers.enumerated() {
      switch layer {
      case .dense:
        records.append(.input(activation))
        activation = Dense.forward(
          activation, with: parameters[parameter])
        parameter += 1
      case .relu:
        records.append(.input(activation))
        activation = ReLU.forward(activation)
      case .tanh:
        activation = Tanh.forward(activation)
        records.append(.output(activation))
      case .dropout(let rate):
        let mask = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: epoch, samples: samples,
          features: activation.columns, as: S.self)
        records.append(.mask(mask))
        activation = Dropout.apply(mask, to: activation)
      case .batchNorm(let spec):
        let result = BatchNorm.forwardTraining(
          activation, with: parameters[parameter], spec: spec, moving: &statistics[statistic])
        records.append(.normalized(input: activation, result.statistics))
        activation = result.y
        parameter += 1
        statistic += 1
      case .convolution, .averagePool:
        preconditionFailure("refused by init")
      }
    }
    if !statistics.isEmpty { batchesTracked += 1 }
    return (activation, records)
  }

  /// The chain rule, from the last layer to the first.
  private mutating func propagate(_ lossGradient: Matrix<S>, back records: [Record]) {
    var gradient = lossGradient
    var parameter = parameters.count
    for (index, layer) in model.layers.enumerated().reversed() {
      switch (layer, records[index]) {
      case (.dense, .input(let x)):
        parameter -= 1
        Dense.accumulateGradients(x: x, outputGradient: gradient, into: &gradients[parameter])
        if index > 0 {
          gradient = Dense.inputGradient(
            weight: parameters[parameter].weight, outputGradient: gradient)
        }
      case (.relu, .input(let x)):
        gradient = ReLU.backward(x: x, outputGradient: gradient)
      case (.tanh, .output(let y)):
        gradient = Tanh.backward(y: y, outputGradient: gradient)
      case (.dropout, .mask(let mask)):
        gradient = Dropout.apply(mask, to: gradient)
      case (.batchNorm, .normalized(let x, let statistics)):
        parameter -= 1
        gradient = BatchNorm.backward(
          x: x, statistics: statistics, parameters: parameters[parameter],
          outputGradient: gradient, into: &gradients[parameter])
      default:
        preconditionFailure("each layer leaves the record that its backward pass reads")
      }
    }
  }

  /// Runs a batch forward in inference mode: no dropout, moving averages for statistics.
  ///
  /// - Parameter inputs: Inputs, [N, I].
  /// - Returns: The last layer's outputs, [N, classes].
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public func outputs(for inputs: Matrix<S>) -> Matrix<S> {
    var activation = inputs
    var parameter = 0
    var statistic = 0
    for layer in model.layers {
      switch layer {
      case .dense:
        activation = Dense.forward(
          activation, with: parameters[parameter])
        parameter += 1
      case .relu: activation = ReLU.forward(activation)
      case .tanh: activation = Tanh.forward(activation)
      case .dropout: continue
      case .batchNorm(let spec):
        activation = BatchNorm.forwardInference(
          activation, with: parameters[parameter], spec: spec, moving: statistics[statistic])
        parameter += 1
        statistic += 1
      case .convolution, .averagePool:
        preconditionFailure("refused by init")
      }
    }
    return activation
  }

  /// Runs a batch forward in inference mode and compares with its labels.
  ///
  /// - Parameters:
  ///   - inputs: Inputs, [N, I].
  ///   - labels: Classes, [N].
  /// - Returns: Losses and hits.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public func evaluate(inputs: Matrix<S>, labels: [UInt8]) -> Outcome {
    let loss = SoftmaxCrossEntropy.evaluate(logits: outputs(for: inputs), labels: labels)
    return Outcome(losses: loss.losses, hits: loss.hits)
  }
}
