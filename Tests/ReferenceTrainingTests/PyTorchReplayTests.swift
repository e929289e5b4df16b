import Datasets
import ReferenceTraining
import Testing
import TrainingCore

/// Training agrees with PyTorch's, step by step, to the accuracy that the precision allows.
///
/// `Benchmarks/Peers/record_training.py` trained the same models with PyTorch: once in float64,
/// the base run, and sixteen times each in float32 and float64 with every sum folded in another
/// order. The distances of those sixteen from the base are what rounding makes of a run in that
/// precision: the errors of the single operations, carried along and amplified by the training,
/// rectifiers that switch elsewhere included. No float32 program can promise less, unless it copies
/// PyTorch's order of summation, which PyTorch itself changes with the processor and the number of
/// threads. The trainer's order is one order more, so its run must lie among theirs:
///
///     |ours − base| ≤ 4 · max(the sixteen's largest distance so far, one ulp of the base)
///
/// The 4: if rounding errors are normally distributed, a seventeenth exceeds 4 times the largest of
/// sixteen with probability 1.3 · 10⁻⁶, the integral of 2φ(x) (2Φ(x/4) − 1)¹⁶ over x > 0; for the
/// recording's 3,296 quantities together, that is below one in two hundred. One ulp, because a
/// quantity can't be stored more accurately, even where the sixteen happen to agree.
///
/// In `Double` the allowance is some 2²⁹ times smaller, which shows that the formulas are PyTorch's;
/// in `Float` the comparison shows that the arithmetic loses no more than PyTorch's does.
@Suite struct PyTorchReplayTests {
  /// The cases of the small model, in which each option of the optimizers and layers is in use.
  static let smallCases = [
    "sgd-momentum", "sgd-nesterov-decay", "sgd-clipped", "adam-decay", "adamw",
    "rmsprop-momentum", "batchnorm", "tanh", "gelu", "label-smoothing", "class-weights", "layernorm",
    "groupnorm",
  ]

  /// Every case that the recording must have.
  static let allCases = ["sgd", "adam", "rmsprop"] + smallCases

  private static let shared = Result {
    let images = try TrainingReplay.images()
    return (try TrainingRecording.load(), images, images.examples(.symmetric).training)
  }

  private let recording: TrainingRecording
  private let images: Dataset
  private let examples: Examples

  init() throws { (recording, images, examples) = try Self.shared.get() }

  /// Trains a case with the learning rate times a factor, and compares with its recording.
  private func comparison<S: Scalar & BinaryFloatingPoint>(
    with name: String, in type: S.Type, learningRateFactor: Double = 1
  ) throws -> ReplayComparison {
    let recorded = try #require(recording.trainingCase(named: name))
    var trained = recorded
    trained.hyperparameters.lr *= learningRateFactor
    let replay = try TrainingReplay(trained, of: recording, on: examples, in: type)
    return ReplayComparison(of: replay, with: recorded, in: type)
  }

  @Test func recordingIsOfTheseImagesAndCases() {
    let count = recording.steps * recording.batchSize
    let pixels = images.training.pixels.prefix(count * images.shape.count)
    let labels = images.training.labels.prefix(count)
    #expect(recording.steps == 100)
    #expect(recording.members == 16)
    #expect(recording.cases.map(\.name) == Self.allCases)
    #expect(recording.cases.allSatisfy { $0.loss.indices.count == recording.steps })
    #expect(TrainingRecording.checksum(pixels) == recording.pixelChecksum)
    #expect(TrainingRecording.checksum(labels) == recording.labelChecksum)
  }

  @Test(arguments: allCases)
  func initialStateHasTheBitsOfASecondGenerator(_ name: String) throws {
    let recorded = try #require(recording.trainingCase(named: name))
    let configuration = try recorded.configuration(
      seed: recording.seed, batchSize: recording.batchSize)
    let state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: configuration.seed)
    let tensors = state.parameters + state.statistics
    #expect(Set(tensors.map(\.name)) == Set(recorded.tensors.map(\.name)))
    for expected in recorded.tensors {
      let tensor = try #require(tensors.first { $0.name == expected.name })
      #expect(expected.indices.map { tensor.values[$0] } == expected.initial)
      #expect(TrainingRecording.checksum(tensor.values.map(\.bitPattern)) == expected.checksum)
    }
  }

  @Test(arguments: allCases)
  func `the training is PyTorch's within rounding in Double`(_ name: String) throws {
    let comparison = try comparison(with: name, in: Double.self)
    #expect(comparison.isWithinAllowance, "\(comparison)")
  }

  @Test(arguments: allCases)
  func `the training is PyTorch's within rounding in Float`(_ name: String) throws {
    let comparison = try comparison(with: name, in: Float.self)
    #expect(comparison.isWithinAllowance, "\(comparison)")
  }

  /// The comparison is sharp: it sees a learning rate that is off in its fifth digit in `Float`,
  /// and in its twelfth in `Double`.
  @Test(arguments: smallCases)
  func noticesASlightlyDifferentLearningRate(_ name: String) throws {
    let float = try comparison(with: name, in: Float.self, learningRateFactor: 1 + 0x1p-14)
    #expect(!float.isWithinAllowance, "\(float)")
    let double = try comparison(with: name, in: Double.self, learningRateFactor: 1 + 0x1p-38)
    #expect(!double.isWithinAllowance, "\(double)")
  }
}
