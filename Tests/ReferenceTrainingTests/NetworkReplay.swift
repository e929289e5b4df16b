import TrainingCore

@testable import ReferenceTraining

/// A recorded network, run again by the reference trainer.
struct NetworkReplay {
  /// What a forward and a backward pass come to.
  struct Pass {
    /// The last layer's outputs, [N, classes].
    var logits: [Double] = []
    /// The sum of the samples' losses.
    var loss: Double?
    /// The digest of each gradient by its tensor's name.
    var gradients: [String: [Double]] = [:]
  }

  var inference = Pass()
  var training = Pass()
  /// The digest of each tensor after a step of SGD, by its name.
  var trained: [String: [Double]] = [:]

  /// Runs a model from a state as the recording says, in the precision of `S`.
  init<S: Scalar & BinaryFloatingPoint>(
    _ recorded: NetworkRecording.Case, of recording: NetworkRecording, model: ModelSpec,
    state: ModelState, in type: S.Type
  ) throws {
    let batch = recorded.batch(of: recording.batchSize)
    let inputs = Matrix<S>(
      rows: batch.count, columns: model.input.count, elements: batch.inputs.map { S($0) })
    func trainer(_ model: ModelSpec) throws -> ReferenceTrainer<S> {
      try ReferenceTrainer<S>(
        RunConfiguration(
          model: model, optimizer: .sgd(SGDSpec()),
          schedule: LearningRateSchedule(base: recording.learningRate), batchSize: batch.count,
          seed: recorded.seed),
        state: state)
    }
    func pass(
      _ trainer: inout ReferenceTrainer<S>, logits: Matrix<S>, _ digests: [NetworkRecording.Digest]
    ) -> Pass {
      let outcome = trainer.accumulateGradient(
        inputs: inputs, labels: batch.labels, samples: batch.samples, epoch: 0)
      var loss = ExactSum()
      for sample in outcome.losses { loss.add(Double(sample)) }
      return Pass(
        logits: logits.elements.map { Double($0) }, loss: loss.value,
        gradients: Self.digests(
          trainer.gradients.flatMap(\.matrices), ParameterLayout(of: model).parameters, digests))
    }
    var frozen = try trainer(model.mappingBatchNorm { _, spec in spec.statistics = .moving })
    inference = pass(
      &frozen, logits: frozen.outputs(for: inputs), recorded.passes.inference.gradients)

    var trained = try trainer(model)
    var copy = trained
    training = pass(
      &trained, logits: copy.forward(inputs, samples: batch.samples, epoch: 0).outputs,
      recorded.passes.training.gradients)
    trained.step(learningRate: recording.learningRate, batchSize: batch.count)
    let layout = ParameterLayout(of: model)
    self.trained = Self.digests(
      trained.parameters.flatMap(\.matrices)
        + trained.statistics.flatMap { [$0.mean, $0.variance] },
      layout.parameters + layout.statistics, recorded.trained)
  }

  private static func digests<S: Scalar & BinaryFloatingPoint>(
    _ matrices: [Matrix<S>], _ specs: [TensorSpec], _ recorded: [NetworkRecording.Digest]
  ) -> [String: [Double]] {
    let byName = Dictionary(uniqueKeysWithValues: zip(specs.map(\.name), matrices))
    return Dictionary(
      uniqueKeysWithValues: recorded.compactMap { digest in
        byName[digest.name].map {
          (digest.name, TrainingReplay.digest($0.elements, at: digest.indices))
        }
      })
  }
}

extension ReplayComparison {
  /// Compares everything that the recording has of a network.
  init<S: BinaryFloatingPoint>(
    of replay: NetworkReplay, with recorded: NetworkRecording.Case, in precision: S.Type
  ) {
    func compare(
      _ pass: NetworkReplay.Pass, _ expected: NetworkRecording.Pass, _ mode: String
    ) -> [Deviation] {
      [Deviation("\(mode): loss", pass.loss, expected.loss[0], in: precision)]
        + expected.logits.indices.map { index in
          Deviation(
            "\(mode): logit [\(index)]",
            pass.logits.indices.contains(index) ? pass.logits[index] : nil,
            expected.logits[index], in: precision)
        }
        + compare(pass.gradients, expected.gradients, "\(mode): gradient of ")
    }
    func compare(
      _ digests: [String: [Double]], _ expected: [NetworkRecording.Digest], _ prefix: String
    ) -> [Deviation] {
      expected.flatMap {
        Deviation.digest(
          digests[$0.name] ?? [], of: prefix + $0.name, at: $0.indices, with: $0.quantities,
          in: precision)
      }
    }
    self.init(
      compare(replay.inference, recorded.passes.inference, "inference")
        + compare(replay.training, recorded.passes.training, "training")
        + compare(replay.trained, recorded.trained, "after a step: "))
  }
}
