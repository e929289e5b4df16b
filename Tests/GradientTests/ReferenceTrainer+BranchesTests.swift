import PropertyTesting
import Testing
import TrainingCore
import Verification

@testable import ReferenceTraining

/// On which side of every kink a pass comes.
@Suite struct ReferenceTrainerBranchesTests {
  private func branches(_ words: String, _ inputs: [Double]) throws -> [Int] {
    let model = try ModelSpec(words: words)
    let configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.1),
      batchSize: 1, seed: 0)
    let count = inputs.count / model.input.count
    return try ReferenceTrainer<Double>(configuration).branches(
      inputs: Matrix(rows: count, columns: model.input.count, elements: inputs),
      samples: Array(0..<count), epoch: 0)
  }

  /// Where backward lets the gradient through: above 0; and of ReLU6, from 6 on no more.
  @Test func rectifiersCountTheKinksBelow() throws {
    #expect(try branches("4 relu", [-1, 0, -0.0, 1]) == [0, 0, 0, 1])
    #expect(
      try branches("6 relu6", [-1, 0, 0.5, 5.5, 6, 7]) == [0, 0, 1, 1, 2, 2])
  }

  /// Of a window, the element that backward gives the gradient to; of equals the first.
  @Test func windowsSayWhichIsTheLargest() throws {
    #expect(
      try branches("2x3x1 maxpool2s1", [1, 5, 2, 5, 5, 3]) == [1, 1])
    #expect(try branches("2x1x2 maxpool1", [1, 2, 3, 4]) == [0, 1, 2, 3])
    // The second sample's elements stand behind the first's.
    #expect(try branches("1x2x1 globalpool", [1, 2, 3, 4]) == [])
    #expect(try branches("2x2x1 maxpool2", [1, 2, 3, 4, 4, 3, 2, 1]) == [3, 4])
  }

  /// One after the other, in the order of the layers, each of them behind the ones before.
  @Test func `branches are in the order of the layers`() throws {
    #expect(
      try branches("2x2x1 relu6 maxpool2 relu", [-1, 7, 8, 3]) == [0, 2, 2, 1, 1, 1])
  }

  /// Averages, sums, tanh and the losses are smooth.
  @Test func `a smooth model has no kinks`() throws {
    let words = "2x2x2 conv2k2p1 tanh averagepool2 batchnorm residual1 globalpool dense1 binary"
    #expect(!(try ModelSpec(words: words).hasKinks))
    #expect(try branches(words, [1, 2, 3, 4, 5, 6, 7, 8]) == [])
    for kinked in ["2 relu", "2 relu6", "2x2x1 maxpool2"] {
      #expect(try ModelSpec(words: kinked).hasKinks)
    }
  }
}
