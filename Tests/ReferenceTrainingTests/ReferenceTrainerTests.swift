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

  /// Over an image, batch normalisation has a parameter per channel, not per value: the model can
  /// be described, but this trainer has no such layer.
  @Test func refusesBatchNormalisationOverPositions() throws {
    let layer = LayerSpec.batchNorm(.pytorch(features: 1))
    let model = try ModelSpec(
      name: "image", input: ImageShape(height: 2, width: 2),
      layers: [layer, .dense(inputs: 4, outputs: 2)])
    let configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.1),
      batchSize: 2, seed: 0)
    #expect(throws: ModelError.unsupported(layer: layer)) {
      try ReferenceTrainer<Float>(configuration)
    }
  }
}
