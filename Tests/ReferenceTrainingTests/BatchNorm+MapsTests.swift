import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Over images, each position of each sample is a row for a channel's statistics.
@Suite struct BatchNormMapsTests {
  private static func trainer(_ words: String) throws -> ReferenceTrainer<Float> {
    try .random(words, seed: 12)
  }

  /// Batch normalisation of six samples of 2×3 positions is that of 36 samples, and a ghost group of
  /// two samples one of twelve.
  @Test(arguments: [
    ("batchnorm", "batchnorm"), ("kerasnorm", "kerasnorm"), ("ghost2", "ghost12"),
    ("ghost4", "ghost24"), ("movingnorm", "movingnorm"),
  ])
  func mapsAreRows(_ overMaps: String, _ overRows: String) throws {
    var maps = try Self.trainer("2x3x4 \(overMaps)")
    var rows = try Self.trainer("4 \(overRows)")
    var random = RandomNumbers(seed: 7)
    let x: Matrix<Float> = random.rough(rows: 6, columns: 24)
    let g: Matrix<Float> = random.rough(rows: 6, columns: 24)
    let traces = (
      maps.forward(x, samples: Array(0..<6), epoch: 0),
      rows.forward(x.reshaped(columns: 4), samples: Array(0..<36), epoch: 0)
    )
    #expect(difference(traces.0.outputs.elements, traces.1.outputs.elements) == nil)
    maps.propagate(g, back: traces.0)
    rows.propagate(g.reshaped(columns: 4), back: traces.1)
    #expect(difference(maps.gradients, rows.gradients) == nil)
    #expect(maps.state.statistics == rows.state.statistics)
    #expect(maps.latestStatistics == rows.latestStatistics)
    #expect(
      difference(maps.outputs(for: x).elements, rows.outputs(for: x.reshaped(columns: 4)).elements)
        == nil)
  }

  /// Five samples of six positions in ghost groups of two, the last alone.
  @Test func `a ghost group has all positions of its samples`() {
    let x = Matrix<Float>(rows: 30, columns: 4, filledWith: 1)
    let zeros = Matrix<Float>(rows: 1, columns: 4)
    var moving = BatchNorm.MovingStatistics(mean: zeros, variance: zeros)
    var latest = moving
    let normalized = BatchNorm.normalizeByBatch(
      x, .pytorch(features: 4, groupSize: 2), positions: 6, moving: &moving, latest: &latest)
    #expect(normalized.groups == [0..<12, 12..<24, 24..<30])
  }

  /// A lone sample with several positions can be normalised.
  @Test func aLoneImageHasStatistics() throws {
    var trainer = try Self.trainer("2x3x4 batchnorm")
    let examples = Examples.random(1, for: trainer.model)
    #expect(trainer.accumulateGradient(of: Batch([0], of: examples)).loss.value.isFinite)
    #expect(trainer.state.statistics.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }

  /// Normalising by moving averages does in training what inference does, leaves the averages alone,
  /// and has no sample see another.
  @Test func movingAveragesAreConstants() throws {
    var trainer = try Self.trainer("2x3x4 movingnorm")
    let before = trainer.state.statistics
    var random = RandomNumbers(seed: 9)
    let x: Matrix<Float> = random.rough(rows: 5, columns: 24)
    let trace = trainer.forward(x, samples: Array(0..<5), epoch: 0)
    #expect(difference(trace.outputs, trainer.outputs(for: x)) == nil)
    #expect(trainer.state.statistics == before && trainer.state.batchesTracked == 0)
  }

  /// ∂L/∂x = γ/√(σ² + ε) g, ∂L/∂γ += g (x − μ)/√(σ² + ε), ∂L/∂β += g, here with a root of 4.
  @Test func backwardByMovingAverages() {
    let x = Matrix<Float>(rows: 2, columns: 1, elements: [11, -1])
    let moving = BatchNorm.MovingStatistics<Float>(
      mean: Matrix(rows: 1, columns: 1, filledWith: 3),
      variance: Matrix(rows: 1, columns: 1, filledWith: 12))
    var spec = BatchNormSpec.pytorch(features: 1)
    spec.epsilon = 4
    let parameters = Parameters<Float>(
      weight: Matrix(rows: 1, columns: 1, filledWith: 8),
      bias: Matrix(rows: 1, columns: 1, filledWith: 5))
    var gradient = parameters
    let g = Matrix<Float>(rows: 2, columns: 1, elements: [2, 3])
    let normalized = BatchNorm.normalizeByConstants(x, spec, moving)
    BatchNorm.accumulateGradients(normalized, outputGradient: g, into: &gradient)
    let inputGradient = BatchNorm.inputGradient(
      normalized, scale: parameters.weight, outputGradient: g)
    // x̂ is 2 and −1.
    #expect(inputGradient.elements == [4, 6])
    #expect(gradient.weight.elements == [8 + 4 - 3])
    #expect(gradient.bias.elements == [5 + 5])
  }
}
