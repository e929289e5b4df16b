import Datasets
import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// A model of the usual size on embedded images of clothing.
@Suite struct RealImageGradientTests {
  private static func call<S>(_ count: Int, as type: S.Type) throws -> Call<S> {
    let images = try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric).training
    let batch = Batch(0..<count, of: images)
    return Call(
      inputs: Matrix(
        rows: count, columns: images.shape.count, elements: batch.inputs.map { S($0) }),
      labels: batch.labels, samples: batch.samples, epoch: 0)
  }

  /// Every one of the gradients of 6,410 parameters takes part, exactly.
  @Test func backwardIsForwardInAField() throws {
    var choices = Choices(seed: 4)
    let model = try ModelSpec(named: "mlp:784-8-10+batchnorm+dropout0.25")
    let random = try ModelCase<PrimeField>(&choices, model: model, callsOf: [])
    let data = ModelCase(random, calls: [try Self.call(5, as: PrimeField.self)])
    for only in data.tensorDirections {
      #expect(
        ModelCase.dot(data.gradient, only.direction)
          == (try data.derivative(along: only.direction)), "\(only.name)")
    }
  }

  @Test(arguments: ["mlp:784-16-10", "mlp:784-16-12-10+tanh+batchnorm+dropout0.25"])
  func theLossHasItsOrders(_ name: String) throws {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.1), batchSize: 1, seed: 2)
    var choices = Choices(seed: 5)
    let call = try Self.call(9, as: Double.self)
    let model = try TaylorModel(ReferenceTrainer<Double>(configuration), call, &choices)
    let remainders = TaylorRemainders(model.segments)
    #expect(model.segments.count > model.skipped)
    #expect(remainders.second.isAbout(2), "\(remainders.second.order)")
    #expect(remainders.third.isAbout(3), "\(remainders.third.order)")
  }
}
