import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Taylor remainders: with the gradient of order 2, with the Hessian-vector product of order 3.
///
/// The order doesn't depend on the units of the data, and no tolerance on the size of a difference
/// is needed: a gradient that is off by a millionth has a remainder of order 1 in the end.
@Suite struct TaylorTests {
  static let models = [
    "mlp:4-3", "mlp:5-6-4-3", "mlp:5-6-4-3+tanh", "mlp:5-6-4-3+gelu",
    "mlp:5-8-3+dropout0.5",
    "mlp:4-5-3+tanh+batchnorm", "mlp:4-5-3+batchnorm", "mlp:4-5-4-3+tanh+ghost4",
    "mlp:4-6-3+ghost3+dropout0.5", "4x4x2 conv3k3 tanh maxpool2 dense3",
    "4x3x2 conv2k3p1 tanh depthwise3 residual2 residual3 averagepool2 dense3",
    "3x3x2 conv3k2 relu6 dense3", "mlp:4-6-3+tanh+groupnorm2",
    "3x3x2 conv4k2 groupnorm2 gelu layernorm globalpool dense3",
    "4 dense5 gelu dense3 smooth0.1 weighted",
    "3x3x1 conv4k3p1 batchnorm tanh bareconv4 residual3 globalpool dense1 binary",
    "3x3x2 movingnorm bareconv3k2g1 ghost3 tanh globalpool dense3 frozen2",
  ]
  private static let stepsOfTraining = [0, 5]

  /// A model at its initial weights, or after some steps of SGD on the batch.
  private static func model<S>(
    _ name: String, seed: UInt64, steps: Int, as type: S.Type
  ) throws -> TaylorModel<S> {
    let configuration = RunConfiguration(
      model: try ModelSpec(spelled: name), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.1), batchSize: 1, seed: seed)
    var trainer = try ReferenceTrainer<S>(configuration)
    var choices = Choices(seed: 1000 + seed)
    let call = Call<S>(count: 9, model: trainer.model, epoch: 1, &choices)
    for _ in 0..<steps {
      _ = trainer.accumulate([call])
      trainer.step(learningRate: 0.25, batchSize: 9)
    }
    return try TaylorModel(trainer, call, &choices)
  }

  private static func failures<S>(
    _ name: String, seed: UInt64, as type: S.Type
  ) throws -> [String] where S: RandomScalar & BinaryFloatingPoint {
    try stepsOfTraining.flatMap { steps in
      let model = try model(name, seed: seed, steps: steps, as: type)
      guard !model.segments.isEmpty else { return ["no smooth direction"] }
      let remainders = TaylorRemainders(model.segments)
      var failures: [String] = []
      if !remainders.second.isAbout(2) { failures.append("2: \(remainders.second.order)") }
      if !remainders.third.isAbout(3) { failures.append("3: \(remainders.third.order)") }
      return failures.map { "after \(steps) steps, order \($0)" }
    }
  }

  @Test(arguments: models, [1, 2] as [UInt64])
  func theLossHasItsOrdersInDouble(_ name: String, _ seed: UInt64) throws {
    #expect(try Self.failures(name, seed: seed, as: Double.self) == [])
  }

  #if arch(x86_64) && !os(Windows) && !os(Android)
    @Test(arguments: models, [3] as [UInt64])
    func theLossHasItsOrdersInFloat80(_ name: String, _ seed: UInt64) throws {
      #expect(try Self.failures(name, seed: seed, as: Float80.self) == [])
    }
  #endif

  /// A direction that crosses a kink has no expansion, and is left out: at most one in a hundred.
  @Test func hardlyAnyDirectionMeetsAKink() throws {
    var smooth = 0
    var skipped = 0
    for name in Self.models {
      for seed in 1...2 as ClosedRange<UInt64> {
        for steps in Self.stepsOfTraining {
          let model = try Self.model(name, seed: seed, steps: steps, as: Double.self)
          smooth += model.segments.count
          skipped += model.skipped
        }
      }
    }
    #expect(smooth + skipped == Self.models.count * 32)
    #expect(100 * skipped <= smooth + skipped, "\(skipped) skipped")
  }

  /// Each curved layer by itself, with a random cotangent c: the function is c·y.
  ///
  /// Rectifiers, pools and dropout are linear within a pattern. A dense layer is in its input, weights
  /// and both together a polynomial of degree 2, whose third-order remainder is 0; so are a
  /// convolution, and normalisation by moving averages.
  @Test(
    arguments: [
      LayerKind.dense, .convolution, .tanh, .gelu, .batchNorm, .ghostBatchNorm, .mapBatchNorm,
      .ghostMapBatchNorm, .movingBatchNorm, .layerNorm, .mapGroupNorm, .softmaxCrossEntropy,
      .weightedCrossEntropy,
      .binaryCrossEntropy,
    ], [1, 2, 3] as [UInt64])
  func aLayerHasItsOrders(_ kind: LayerKind, _ seed: UInt64) throws {
    let isQuadratic = [.dense, .convolution, .movingBatchNorm].contains(kind)
    let double = try Self.layer(kind, seed: seed, as: Double.self)
    #expect(double.second.isAbout(2), "\(double.second.order)")
    #expect(isQuadratic || double.third.isAbout(3), "\(double.third.order)")
    #if arch(x86_64) && !os(Windows) && !os(Android)
      let wide = try Self.layer(kind, seed: seed, as: Float80.self)
      #expect(wide.second.isAbout(2), "\(wide.second.order)")
      #expect(isQuadratic || wide.third.isAbout(3), "\(wide.third.order)")
    #endif
  }

  private static func layer<S>(
    _ kind: LayerKind, seed: UInt64, as type: S.Type
  ) throws -> TaylorRemainders<S> {
    let segments = try (0..<TaylorRemainders<S>.directions).map { direction in
      var choices = Choices(seed: seed, testCase: direction)
      return try LayerCase<S>(kind, &choices, samples: 8...8, groups: 4...4).segment
    }
    return TaylorRemainders(segments)
  }
}
