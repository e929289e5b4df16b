import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct BatchNormTests {
  /// One feature of four samples, of mean 5 and variance 9: with ε = 16 the root is whole.
  static let x = Matrix<Float>(rows: 4, columns: 1, elements: [2, 8, 8, 2])
  static let identity = Parameters<Float>(
    weight: Matrix(rows: 1, columns: 1, filledWith: 1), bias: Matrix(rows: 1, columns: 1))

  private func spec(
    _ features: Int = 1, epsilon: Double = 16, momentum: Double = 0.25, unbiased: Bool = false,
    groupSize: Int? = nil
  ) -> BatchNormSpec {
    var spec = BatchNormSpec.pytorch(features: features, groupSize: groupSize)
    spec.epsilon = epsilon
    spec.momentum = momentum
    spec.unbiasedMovingVariance = unbiased
    return spec
  }

  private func moving(_ features: Int = 1) -> BatchNorm.MovingStatistics<Float> {
    .init(
      mean: Matrix(rows: 1, columns: features, filledWith: 1),
      variance: Matrix(rows: 1, columns: features, filledWith: 1))
  }

  /// y of a training pass, x̂, and the mean that the running statistics took in last.
  private func forward(
    _ x: Matrix<Float>, with layer: Parameters<Float> = Self.identity, spec: BatchNormSpec,
    moving: inout BatchNorm.MovingStatistics<Float>
  ) -> (y: Matrix<Float>, normalized: BatchNorm.Normalized<Float>, mean: [Float]) {
    var latest = moving
    let normalized = BatchNorm.normalizeByBatch(x, spec, moving: &moving, latest: &latest)
    return (BatchNorm.forward(normalized, with: layer), normalized, latest.mean.elements)
  }

  /// Mean 5, variance 9: x̂ = (x − 5)/√(9 + 16) by the reciprocal 0.2 in Float.
  @Test func normalisesByTheBatch() {
    var statistics = moving()
    let layer = Parameters<Float>(
      weight: Matrix(rows: 1, columns: 1, filledWith: 10),
      bias: Matrix(rows: 1, columns: 1, filledWith: 7))
    let result = forward(Self.x, with: layer, spec: spec(), moving: &statistics)
    #expect(result.mean == [5])
    #expect(result.normalized.inverseDeviation == [[1 / 5]])
    let scaled = Float(3) * (Float(1) / 5)
    let high = Float(7).addingProduct(scaled, 10)
    let low = Float(7).addingProduct(-scaled, 10)
    #expect(difference(result.y.elements, [low, high, high, low]) == nil)
  }

  @Test func movingAveragesTakeTheNewBatchByMomentum() {
    var biased = moving()
    _ = forward(Self.x, spec: spec(), moving: &biased)
    // 1 + (5 − 1)/4 and 1 + (9 − 1)/4.
    #expect(biased.mean[0, 0] == 2)
    #expect(biased.variance[0, 0] == 3)
    var unbiased = moving()
    _ = forward(Self.x, spec: spec(unbiased: true), moving: &unbiased)
    #expect(unbiased.mean[0, 0] == 2)
    // 36/3 instead of 36/4.
    #expect(unbiased.variance[0, 0] == 3.75)
  }

  /// Of a channel that is always 0, the least normal statistics become 0, not three quarters of it.
  @Test func `running statistics are never subnormal`() {
    let least = Matrix<Float>(rows: 1, columns: 1, filledWith: .leastNormalMagnitude)
    var statistics = BatchNorm.MovingStatistics(mean: least, variance: least)
    let zeros = Matrix<Float>(rows: 4, columns: 1)
    _ = forward(zeros, spec: spec(), moving: &statistics)
    #expect(statistics.mean[0, 0] == 0 && statistics.variance[0, 0] == 0)
  }

  /// Keras's momentum weighs the old average and its variance is the batch's own; PyTorch's
  /// momentum weighs the new batch and its variance is the unbiased estimate.
  @Test func conventionsOfPyTorchAndKeras() {
    let pytorch = BatchNormSpec.pytorch(features: 3)
    #expect(pytorch.epsilon == 1e-5 && pytorch.momentum == 0.1 && pytorch.unbiasedMovingVariance)
    let keras = BatchNormSpec.keras(features: 3, momentum: 0.75)
    #expect(keras.epsilon == 1e-3 && keras.momentum == 0.25 && !keras.unbiasedMovingVariance)
    #expect(BatchNormSpec.keras(features: 3).momentum == 1 - 0.99)
  }

  @Test func inferenceUsesTheMovingAverages() {
    let layer = Parameters<Float>(
      weight: Matrix(rows: 1, columns: 1, filledWith: 4),
      bias: Matrix(rows: 1, columns: 1, filledWith: 100))
    let statistics = BatchNorm.MovingStatistics<Float>(
      mean: Matrix(rows: 1, columns: 1, filledWith: 3),
      variance: Matrix(rows: 1, columns: 1, filledWith: 48))
    let y = BatchNorm.forward(
      BatchNorm.normalizeByConstants(Self.x, spec(), statistics), with: layer)
    #expect(y.elements == [99.5, 102.5, 102.5, 99.5])
  }

  @Test func groupsAreNeighboursAndTheLastHasTheRest() {
    #expect(BatchNorm.groups(of: 10, size: nil) == [0..<10])
    #expect(BatchNorm.groups(of: 10, size: 4) == [0..<4, 4..<8, 8..<10])
    #expect(BatchNorm.groups(of: 8, size: 4) == [0..<4, 4..<8])
    #expect(BatchNorm.groups(of: 3, size: 4) == [0..<3])
    #expect(BatchNorm.groups(of: 3, size: .max) == [0..<3])
  }

  /// Each group is a batch of its own, forward, backward and for the moving averages.
  @Test func aGhostGroupIsABatchOfItsOwn() {
    var random = RandomNumbers(seed: 6)
    let x: Matrix<Float> = random.matrix(rows: 12, columns: 5)
    let g: Matrix<Float> = random.matrix(rows: 12, columns: 5)
    let layer = Parameters<Float>(
      weight: random.matrix(rows: 1, columns: 5), bias: random.matrix(rows: 1, columns: 5))
    func run(
      _ rows: Range<Int>, _ spec: BatchNormSpec, _ y: inout [Float], _ dx: inout [Float],
      _ statistics: inout BatchNorm.MovingStatistics<Float>, _ gradient: inout Parameters<Float>
    ) {
      func part(_ m: Matrix<Float>) -> Matrix<Float> {
        let elements = m.elements[rows.lowerBound * 5..<rows.upperBound * 5]
        return Matrix(rows: rows.count, columns: 5, elements: Array(elements))
      }
      let result = forward(part(x), with: layer, spec: spec, moving: &statistics)
      y += result.y.elements
      BatchNorm.accumulateGradients(result.normalized, outputGradient: part(g), into: &gradient)
      dx +=
        BatchNorm.inputGradient(
          result.normalized, scale: layer.weight, outputGradient: part(g)
        ).elements
    }
    var (y, dx, statistics, gradient) = ([Float](), [Float](), moving(5), layer.zeros)
    run(0..<12, spec(5, groupSize: 4), &y, &dx, &statistics, &gradient)
    var (partY, partDX, partStatistics, partGradient) = (
      [Float](), [Float](), moving(5), layer.zeros
    )
    for start in [0, 4, 8] {
      run(
        start..<start + 4, spec(5), &partY, &partDX, &partStatistics, &partGradient)
    }
    #expect(difference(y, partY) == nil)
    #expect(difference(dx, partDX) == nil)
    #expect(statistics == partStatistics)
    #expect(difference([gradient], [partGradient]) == nil)
  }

  /// The statistics fold over the samples in ascending order, mean first, then centred squares.
  @Test func foldsInAscendingOrder() {
    var random = RandomNumbers(seed: 15)
    let x: Matrix<Float> = random.rough(rows: 101, columns: 1)
    func statistics(_ values: [Float]) -> (mean: Float, inverse: Float) {
      let mean = values.reduce(0, +) / Float(values.count)
      let squares = values.reduce(Float(0)) { $0.addingProduct($1 - mean, $1 - mean) }
      return (mean, 1 / (squares / Float(values.count) + 16).squareRoot())
    }
    var averages = moving()
    let result = forward(x, spec: spec(), moving: &averages)
    let ascending = statistics(x.elements)
    #expect(result.mean == [ascending.mean])
    #expect(result.normalized.inverseDeviation == [[ascending.inverse]])
    #expect(statistics(x.elements.reversed()).mean != ascending.mean)
  }

  /// A large mean doesn't swallow the variance, as the mean of squares less the squared mean would.
  @Test func twoPassesKeepTheVariance() {
    let x = Matrix<Float>(rows: 2, columns: 1, elements: [1_048_575, 1_048_577])
    var averages = moving()
    let result = forward(x, spec: spec(epsilon: 0), moving: &averages)
    #expect(result.y.elements == [-1, 1])
  }

  /// Gradients add to what is there; with γ = 1 and ĝ centred and uncorrelated the input's is g/σ.
  @Test func backwardAccumulates() {
    var averages = moving()
    let x = Matrix<Float>(rows: 4, columns: 1, elements: [1, 3, 1, 3])
    let normalized = forward(x, spec: spec(epsilon: 3), moving: &averages).normalized
    var gradient = Parameters<Float>(
      weight: Matrix(rows: 1, columns: 1, filledWith: 100),
      bias: Matrix(rows: 1, columns: 1, filledWith: 200))
    let g = Matrix<Float>(rows: 4, columns: 1, elements: [4, 4, -4, -4])
    BatchNorm.accumulateGradients(normalized, outputGradient: g, into: &gradient)
    let dx = BatchNorm.inputGradient(normalized, scale: Self.identity.weight, outputGradient: g)
    #expect(dx.elements == [2, 2, -2, -2])
    #expect(gradient.weight[0, 0] == 100 && gradient.bias[0, 0] == 200)
    let h = Matrix<Float>(rows: 4, columns: 1, elements: [1, 3, 5, 7])
    BatchNorm.accumulateGradients(normalized, outputGradient: h, into: &gradient)
    #expect(gradient.weight[0, 0] == 102 && gradient.bias[0, 0] == 216)
  }
}
