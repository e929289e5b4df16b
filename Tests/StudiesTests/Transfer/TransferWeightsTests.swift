import Files
import Foundation
import ReferenceTraining
import Testing
import TrainingCore
@testable import Studies

/// A base from a file of weights.
@Suite struct TransferWeightsTests {
  private final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "batchwise-transfer-\(UUID().uuidString)", directoryHint: .isDirectory)
    var file: String { url.appending(path: "base.safetensors").path }

    init(_ model: ModelSpec, _ state: ModelState) throws {
      try OutputFolder(url).write(
        Checkpoint.weights(of: state, model: model).encoded(), as: "base.safetensors")
    }

    deinit { try? FileManager.default.removeItem(at: url) }
  }

  private static let options = SmallTransfer.options(batchSizes: [8], trials: 1)

  /// The file's tensors but for its head are what a transfer begins with.
  @Test func aFileIsAsGoodAsASource() throws {
    let state = try SmallTransfer.pretrained()
    let folder = try Folder(SmallTransfer.network().model(classes: 4, frozen: 0), state)
    var data = SmallTransfer.data
    data.source = nil
    let result = try SmallTransfer.run(
      ReferenceTrainer<Float>.self, Self.options, data: data, weights: folder.file)
    #expect(result.isComplete && result.sourceAccuracy == nil)
    let alone = try SmallTransfer.job(Self.options, batchSize: 8).run(
      with: ReferenceTrainer<Float>.self, SmallTransfer.network(), base: state, data,
      SmallTransfer.context())
    #expect(result.transfers.first == alone?.record.transfer)
  }

  /// The message names the tensor and both shapes.
  @Test func `weights that don't fit are refused`() throws {
    let wide = try ModelSpec(named: "mobilenet-v2-tiny+input8+width2+notop")
    let state = ModelState.initial(model: wide, optimizer: TransferStudy.Options.optimizer, seed: 1)
    let folder = try Folder(wide, state)
    #expect {
      try SmallTransfer.study(Self.options, weights: folder.file)
    } throws: { error in
      "\(error)".contains("tensor 'features.0.0.weight' is F32 [16, 1, 3, 3], but F32 [8, 1, 3, 3]")
    }
    #expect {
      try SmallTransfer.study(Self.options, weights: folder.file + ".none")
    } throws: { "\($0)".contains("base.safetensors.none") }
  }

  /// What a file is called, and where it lies, decides nothing; what is in it does.
  @Test func `plans are the same for equal weights, wherever their file lies`() throws {
    let model = try SmallTransfer.network().model(classes: 4, frozen: 0)
    var state = try SmallTransfer.pretrained()
    func plan(_ state: ModelState) throws -> StudyPlan<TransferStudy> {
      let folder = try Folder(model, state)
      let study = try SmallTransfer.study(Self.options, weights: folder.file)
      #expect(study.options.pretraining == nil)
      #expect(TransferStudy.jobs(of: study.options).allSatisfy { $0.needs.isEmpty })
      var data = study.data
      data.source = folder.file
      return StudyPlan(options: study.options, data: data)
    }
    let first = try plan(state)
    let second = try plan(state)
    #expect(first.data.source != second.data.source)
    #expect(first.isSame(as: second))
    state.parameters[0].values[0] += 1
    #expect(try !plan(state).isSame(as: first))
  }
}
