import ReferenceTraining
import Testing
import TrainingCore

@Suite struct ReferenceTrainerTests {
  @Test func refusesLayersThatItDoesNotHave() throws {
    let model = try ModelSpec(named: "lenet")
    let configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.1),
      batchSize: 1, seed: 0)
    #expect(throws: ModelError.unsupported(layer: model.layers[0])) {
      try ReferenceTrainer<Float>(configuration)
    }
  }
}
