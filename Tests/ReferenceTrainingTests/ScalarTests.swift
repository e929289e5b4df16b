import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// One model, any number type.
@Suite struct ScalarTests {
  private func outputs<S: RandomScalar>(_ name: String, as type: S.Type) throws -> [S] {
    let trainer: ReferenceTrainer<S> = try .random(name, seed: 8)
    var random = RandomNumbers(seed: 18)
    return trainer.outputs(for: random.matrix(rows: 16, columns: 40)).elements
  }

  private func losses<S: RandomScalar>(_ name: String, as type: S.Type) throws -> [S] {
    var trainer: ReferenceTrainer<S> = try .random(name, seed: 8)
    var random = RandomNumbers(seed: 18)
    return trainer.accumulateGradient(
      inputs: random.matrix(rows: 16, columns: 40), labels: random.labels(16, classes: 10),
      samples: Array(0..<16), epoch: 0
    ).losses
  }

  /// Float and Double agree within the rounding error that Float's operations can add up to.
  @Test(arguments: ["mlp:40-10", "mlp:40-30-20-10", "mlp:40-30-10+batchnorm"])
  func floatAgreesWithDouble(_ name: String) throws {
    let bounded = try outputs(name, as: RunningError<Float>.self)
    let wide = try outputs(name, as: RunningError<Double>.self)
    let float = try outputs(name, as: Float.self)
    let double = try outputs(name, as: Double.self)
    #expect(difference(bounded.map(\.value), float) == nil)
    #expect(difference(wide.map(\.value), double) == nil)
    #expect(
      excess(
        float.map(Double.init), double, bounds: zip(bounded, wide).map { $0.error + $1.error })
        == nil)
    #expect(difference(float.map(Double.init), double) != nil)
  }

  #if arch(x86_64) && !os(Windows) && !os(Android)
    @Test(arguments: ["mlp:40-30-20-10+tanh", "mlp:40-30-10+batchnorm+dropout0.5"])
    func extendedPrecisionAgreesWithDouble(_ name: String) throws {
      let double = try losses(name, as: RunningError<Double>.self)
      let extended = try losses(name, as: Float80.self)
      #expect(
        excess(
          double.map(\.value), extended.map { Double($0) },
          bounds: zip(double, extended).map { $0.error + Double($1.ulp) + Double($1).ulp }) == nil)
      #expect(zip(double, extended).contains { Float80($0.value) != $1 })
    }
  #endif
}
