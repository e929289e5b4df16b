import Foundation
import TrainingCore

/// What `Benchmarks/Peers/record_training.py` recorded of PyTorch's training runs.
struct TrainingRecording: Decodable {
  /// A quantity at some step in PyTorch: its value in float64, and how far runs in other orders of
  /// summation strayed from that, in either precision.
  struct Expectation {
    let base: Double
    let spread: Spread
  }

  /// The largest distance of any run from the base, so far in the run.
  struct Spread {
    let float32: Double
    let float64: Double
  }

  /// Several quantities: the losses of all steps, or the parts of one digest.
  struct Quantities: Decodable {
    private let base: [Double]
    private let float32: [Double]
    private let float64: [Double]

    var indices: Range<Int> { base.indices }

    subscript(index: Int) -> Expectation {
      Expectation(
        base: base[index], spread: Spread(float32: float32[index], float64: float64[index]))
    }
  }

  /// A tensor: chosen elements at first, and its digests.
  struct RecordedTensor: Decodable {
    /// The tensor after a step: the chosen elements, the sum, the Euclidean norm.
    struct Digest: Decodable {
      let step: Int
      let quantities: Quantities

      private enum CodingKeys: CodingKey { case step }

      init(from decoder: any Decoder) throws {
        step = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .step)
        quantities = try Quantities(from: decoder)
      }
    }

    let name: String
    /// Places of the chosen elements in the tensor's memory order.
    let indices: [Int]
    /// The chosen elements before training.
    let initial: [Float]
    /// Σ bit pattern × (place + 1) over the whole tensor before training, modulo 2⁶⁴.
    let checksum: String
    let steps: [Digest]
  }

  /// The optimizer's arguments, by PyTorch's names, and the norm that gradients are clipped to.
  struct Hyperparameters: Decodable {
    var lr: Double
    var momentum: Double?
    var nesterov: Bool?
    var weightDecay: Double
    var betas: [Double]?
    var eps: Double?
    var alpha: Double?
    var clipNorm: Double?
    var labelSmoothing: Double?
    var weight: [Double]?
  }

  /// One training run.
  struct Case: Decodable {
    let name: String
    let model: String
    let optimizer: String
    var hyperparameters: Hyperparameters
    let loss: Quantities
    let tensors: [RecordedTensor]
  }

  let seed: UInt64
  let steps: Int
  let batchSize: Int
  let members: Int
  let pixelChecksum: String
  let labelChecksum: String
  let cases: [Case]

  /// The folder of the package.
  static let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Reads the committed recording.
  static func load() throws -> TrainingRecording {
    let file = packageFolder.appendingPathComponent("Benchmarks/Peers/recordings/training.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(TrainingRecording.self, from: Data(contentsOf: file))
  }

  /// The case of a name.
  func trainingCase(named name: String) -> Case? { cases.first { $0.name == name } }

  /// The sum of value × (place + 1) modulo 2⁶⁴, as the recording has it.
  static func checksum(_ values: some Sequence<some FixedWidthInteger>) -> String {
    var sum: UInt64 = 0
    for (place, value) in values.enumerated() {
      sum &+= UInt64(truncatingIfNeeded: value) &* UInt64(place + 1)
    }
    return String(sum)
  }
}

extension TrainingRecording.Case {
  /// An optimizer that PyTorch has and this package doesn't.
  struct UnknownOptimizer: Error {
    let name: String
  }

  /// The case in this package's terms.
  func configuration(seed: UInt64, batchSize: Int) throws -> RunConfiguration {
    let spec = CrossEntropySpec(
      labelSmoothing: hyperparameters.labelSmoothing ?? 0,
      classWeights: hyperparameters.weight ?? [])
    var configuration = RunConfiguration(
      model: try ModelSpec(named: model).counting(by: spec), optimizer: try optimizerSpec,
      schedule: LearningRateSchedule(base: hyperparameters.lr), batchSize: batchSize, seed: seed)
    configuration.shuffles = false
    configuration.clipNorm = hyperparameters.clipNorm
    return configuration
  }

  private var optimizerSpec: OptimizerSpec {
    get throws {
      let given = hyperparameters
      switch (optimizer, given.momentum, given.betas, given.eps, given.alpha) {
      case ("SGD", let momentum?, _, _, _):
        return .sgd(
          SGDSpec(
            momentum: momentum, nesterov: given.nesterov ?? false,
            weightDecay: given.weightDecay))
      case ("Adam", _, let betas?, let epsilon?, _) where betas.count == 2,
        ("AdamW", _, let betas?, let epsilon?, _) where betas.count == 2:
        let spec = AdamSpec(
          beta1: betas[0], beta2: betas[1], epsilon: epsilon, weightDecay: given.weightDecay)
        return optimizer == "Adam" ? .adam(spec) : .adamw(spec)
      case ("RMSprop", let momentum?, _, let epsilon?, let decay?):
        return .rmsprop(
          RMSpropSpec(
            decay: decay, epsilon: epsilon, momentum: momentum, weightDecay: given.weightDecay))
      default:
        throw UnknownOptimizer(name: optimizer)
      }
    }
  }
}
