import Foundation
import Testing
import TrainingCore
@testable import Files

/// A `state_dict` as PyTorch saved it, by Resources/make_pytorch_fixture.py.
@Suite struct PyTorchFileTests {
  private let url = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Resources/pytorch.safetensors")

  /// The number at an index of PyTorch's memory order, as the script sets it.
  private func number(_ name: String, _ index: Int) -> Float {
    Float(name.utf8.count + index) / 16
  }

  @Test func everyNumberIsInItsPlace() throws {
    let state = try Checkpoint.initialState(
      from: url.path, model: ModelSpec(named: "mlp:6-5-3+batchnorm"), optimizer: .adam(AdamSpec()))
    let names = ["fc1.weight", "fc1.bias", "bn1.weight", "bn1.bias", "fc2.weight", "fc2.bias"]
    #expect(state.parameters.map(\.name) == names)
    #expect(state.statistics.map(\.name) == ["bn1.running_mean", "bn1.running_var"])
    for tensor in state.parameters + state.statistics {
      if tensor.shape.count == 2 {
        let (inputs, outputs) = (tensor.shape[0], tensor.shape[1])
        for i in 0..<inputs {
          for o in 0..<outputs {
            #expect(tensor.values[i * outputs + o] == number(tensor.name, o * inputs + i))
          }
        }
      } else {
        #expect(tensor.values == tensor.values.indices.map { number(tensor.name, $0) })
      }
    }
    #expect(state.batchesTracked == 7)
    #expect(state.steps == 0)
    #expect(state.slots.map(\.count) == [6, 6])
  }

  @Test func weightsAreWrittenAsPyTorchWritesThem() throws {
    let model = try ModelSpec(named: "mlp:6-5-3+batchnorm")
    let state = try Checkpoint.initialState(
      from: url.path, model: model, optimizer: .sgd(SGDSpec()))
    var file = Checkpoint.weights(of: state, model: model)
    file.metadata = ["format": "pt"]
    #expect(try file.encoded() == Data(contentsOf: url))
  }

  @Test func anotherModelsFileIsAnError() throws {
    for name in ["mlp:6-5-3", "mlp:6-4-3+batchnorm", "mlp:6-5-4-3+batchnorm", "lenet"] {
      let model = try ModelSpec(named: name)
      #expect(throws: FileError.self) {
        try Checkpoint.initialState(from: url.path, model: model, optimizer: .sgd(SGDSpec()))
      }
    }
  }
}
