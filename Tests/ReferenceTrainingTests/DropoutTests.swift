import Foundation
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct DropoutTests {
  private func mask(
    rate: Double = 0.5, seed: UInt64 = 3, layer: Int = 2, epoch: Int = 0, samples: [Int],
    features: Int = 37
  ) -> Matrix<Float> {
    Dropout.mask(
      rate: rate, seed: seed, layer: layer, epoch: epoch, samples: samples, features: features)
  }

  private func row(_ matrix: Matrix<Float>, _ row: Int) -> [Float] {
    Array(matrix.elements[row * matrix.columns..<(row + 1) * matrix.columns])
  }

  @Test func masksBelongToSamples() {
    let samples = [9, 4, 1000, 0, 77]
    let whole = mask(samples: samples)
    for (n, sample) in samples.enumerated() {
      #expect(row(whole, n) == row(mask(samples: [sample]), 0))
      #expect(row(whole, n) == row(mask(samples: samples.reversed()), samples.count - 1 - n))
    }
    #expect(Set((0..<5).map { row(whole, $0) }).count == 5)
  }

  @Test func masksDifferByLayerEpochAndSeed() {
    let masks = [
      mask(samples: [1]), mask(layer: 3, samples: [1]), mask(epoch: 1, samples: [1]),
      mask(seed: 4, samples: [1]), mask(samples: [2]),
    ]
    #expect(Set(masks.map(\.elements)).count == 5)
  }

  /// A unit's word decides, whatever the number of features beside it.
  @Test(arguments: [1, 3, 4, 5, 8, 37])
  func aUnitIsDroppedByItsOwnWord(_ features: Int) {
    let field = RandomField(seed: 3, purpose: .dropout, layer: 2)
    let actual = mask(rate: 0.25, epoch: 6, samples: [5], features: features)
    let expected: [Float] = (0..<features).map { unit in
      let word = field.words(epoch: 6, sample: 5, quad: unit / 4)[unit % 4]
      return Double(word) < 0.25 * 0x1p32 ? 0 : 1 / 0.75
    }
    #expect(difference(actual.elements, expected) == nil)
  }

  /// Hoeffding (1963, theorem 2): P(|share − p| ≥ t) ≤ 2 exp(−2 n t²), here at most 10⁻¹².
  @Test(arguments: [0.1, 0.25, 0.5, 0.9])
  func dropsItsShare(_ rate: Double) {
    let mask = mask(rate: rate, samples: Array(0..<1000), features: 100)
    let dropped = mask.elements.count { $0 == 0 }
    let count = Double(mask.elements.count)
    let bound = (log(2 / 1e-12) / (2 * count)).squareRoot()
    #expect(abs(Double(dropped) / count - rate) < bound)
    let survivor = 1 / Float(1 - rate)
    #expect(mask.elements.allSatisfy { $0 == 0 || $0 == survivor })
  }

  @Test func atRateZeroNothingHappens() {
    #expect(mask(rate: 0, samples: [1, 2]).elements.allSatisfy { $0 == 1 })
    #expect(mask(rate: 1.0.nextDown, samples: [1, 2]).elements.count { $0 != 0 } == 0)
  }

  @Test func appliesElementwise() {
    let mask = Matrix<Float>(rows: 1, columns: 3, elements: [0, 2, 2])
    let x = Matrix<Float>(rows: 1, columns: 3, elements: [5, -3, 4])
    #expect(Dropout.apply(mask, to: x).elements == [0, -6, 8])
    #expect(Dropout.apply(mask, to: Matrix(rows: 1, columns: 3, filledWith: .nan))[0, 0].isNaN)
  }
}
