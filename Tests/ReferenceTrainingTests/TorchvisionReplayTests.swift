import Files
import Foundation
import ReferenceTraining
import Testing
import TrainingCore

/// Logits, gradients and a step of convolutional networks agree with PyTorch's, MobileNetV2 with
/// torchvision's own module, from the weights that it saved.
///
/// `Benchmarks/Peers/record_networks.py` ran the networks once in float64, the base, and sixteen times
/// each in float32 and float64 with every sum folded term by term in an order drawn at random. The
/// distances of those sixteen from the base are what rounding makes of the network in that
/// precision, through 52 normalisations and back: errors of single operations, carried along. The
/// trainer folds its sums likewise, in one order more, so its results must lie among theirs:
///
///     |ours − base| ≤ 4 · max(the sixteen's largest distance, one ulp of the base)
///
/// `PyTorchReplayTests` derives the 4: a seventeenth of normally distributed errors exceeds it with
/// probability 1.3 · 10⁻⁶. A rectifier or a maximum that switches sides would add a jump to the errors;
/// the recording has images for which none of the sixteen's does.
///
/// A bound that is certain would say nothing here: a running error analysis grows from layer to layer
/// by the ratio of Σ|w||x| to |Σ w x|, and gives MobileNetV2's logits, of size 1, errors of 9 · 10¹⁸.
@Suite struct TorchvisionReplayTests {
  static let networks = ["mobilenet-v2", "lenet", "small-alexnet"]

  private static let shared = Result { try NetworkRecording.load() }

  private let recording: NetworkRecording

  init() throws { recording = try Self.shared.get() }

  /// Runs a network, changed or not, and compares it with its recording.
  private func comparison<S: Scalar & BinaryFloatingPoint>(
    with name: String, in type: S.Type, changing change: (ModelSpec) throws -> ModelSpec = { $0 }
  ) throws -> ReplayComparison {
    let recorded = try #require(recording.networkCase(named: name))
    let model = try recorded.model
    let state = try NetworkRecording.state(of: name, for: model)
    let replay = try NetworkReplay(
      recorded, of: recording, model: try change(model), state: state, in: type)
    return ReplayComparison(of: replay, with: recorded, in: type)
  }

  @Test(arguments: networks)
  func recordingIsOfTheseImagesAndTensors(_ name: String) throws {
    let recorded = try #require(recording.networkCase(named: name))
    let inputs = recorded.batch(of: recording.batchSize).inputs
    #expect(recording.members == 16)
    #expect(TrainingRecording.checksum(inputs.map(\.bitPattern)) == recorded.imageChecksum)
    let layout = ParameterLayout(of: try recorded.model)
    let learned = Set(layout.parameters.map(\.name))
    for pass in [recorded.passes.inference, recorded.passes.training] {
      #expect(Set(pass.gradients.map(\.name)) == learned)
      #expect(pass.logits.indices.count == recording.batchSize * recorded.classes)
    }
    #expect(
      Set(recorded.trained.map(\.name)) == learned.union(layout.statistics.map(\.name)))
  }

  /// What was read from PyTorch's file is written as PyTorch wrote it, to the byte.
  @Test(arguments: networks)
  func weightsComeBackAsPyTorchSavedThem(_ name: String) throws {
    let model = try #require(recording.networkCase(named: name)).model
    var file = Checkpoint.weights(
      of: try NetworkRecording.state(of: name, for: model), model: model)
    file.metadata = ["format": "pt"]
    #expect(try file.encoded() == Data(contentsOf: NetworkRecording.weights(of: name)))
  }

  @Test(arguments: networks)
  func `the network is torchvision's within rounding in Double`(_ name: String) throws {
    let comparison = try comparison(with: name, in: Double.self)
    #expect(comparison.isWithinAllowance, "\(comparison)")
  }

  @Test(arguments: networks)
  func `the network is torchvision's within rounding in Float`(_ name: String) throws {
    let comparison = try comparison(with: name, in: Float.self)
    #expect(comparison.isWithinAllowance, "\(comparison)")
  }

  /// The comparison is sharp: it sees an ε, 10⁻⁵ beside variances about 1, that is off by a part in a
  /// thousand in `Float`, and by a part in a billion in `Double`.
  @Test func noticesASlightlyDifferentEpsilon() throws {
    func scaled(by factor: Double) -> (ModelSpec) throws -> ModelSpec {
      { try $0.mappingBatchNorm { _, spec in spec.epsilon *= factor } }
    }
    let float = try comparison(
      with: "mobilenet-v2", in: Float.self, changing: scaled(by: 1 + 0x1p-10))
    #expect(!float.isWithinAllowance, "\(float)")
    let double = try comparison(
      with: "mobilenet-v2", in: Double.self, changing: scaled(by: 1 + 0x1p-30))
    #expect(!double.isWithinAllowance, "\(double)")
  }
}
