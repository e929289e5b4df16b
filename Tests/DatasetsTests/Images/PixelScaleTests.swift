import Foundation
import Testing
import TrainingCore

@testable import Datasets

@Suite struct PixelScaleTests {
  /// One image with every pixel value.
  private let ramp = LabelledImages(
    shape: ImageShape(height: 16, width: 16), pixels: Array(0...255), labels: [0])

  private func inputs(_ form: Normalization) -> [Float] {
    PixelScale(form, fittedTo: ramp).examples(from: ramp, classCount: 2).inputs
  }

  /// The bits that IEEE single precision has for ((x/255) − 0.5)/0.5 and for x/255, each operation
  /// rounded; computed with Python's `struct`.
  @Test func symmetricAndUnitHaveTheBitsOfThreeRoundings() {
    let symmetric = inputs(.symmetric)
    let unit = inputs(.unit)
    let expected: [(pixel: Int, symmetric: UInt32, unit: UInt32)] = [
      (0, 0xbf80_0000, 0x0000_0000),
      (1, 0xbf7d_fdfe, 0x3b80_8081),
      (2, 0xbf7b_fbfc, 0x3c00_8081),
      (3, 0xbf79_f9fa, 0x3c40_c0c1),
      (51, 0xbf19_999a, 0x3e4c_cccd),
      (100, 0xbe5c_dcdc, 0x3ec8_c8c9),
      (127, 0xbb80_8080, 0x3efe_feff),
      (128, 0x3b80_8100, 0x3f00_8081),
      (200, 0x3f11_9192, 0x3f48_c8c9),
      (254, 0x3f7d_fdfe, 0x3f7e_feff),
      (255, 0x3f80_0000, 0x3f80_0000),
    ]
    for (pixel, symmetricBits, unitBits) in expected {
      #expect(symmetric[pixel].bitPattern == symmetricBits)
      #expect(unit[pixel].bitPattern == unitBits)
    }
  }

  @Test func everyPixelValueIsAsNearAsItsRoundingsAllow() {
    // x/255 < 1 is off by at most 2⁻²⁵, and by 2⁻²⁷ below ¼. From ¼ on, taking away ½ is exact
    // (Sterbenz); below, the difference is less than ½ and off by 2⁻²⁶ more. Both stay within
    // 2⁻²⁵, which dividing by ½ doubles. Exactly, (x/255 − ½)/½ is (2x − 255)/255.
    let bound = 0x1p-24
    for (pixel, value) in inputs(.symmetric).enumerated() {
      #expect(abs(Double(value) - Double(2 * pixel - 255) / 255) <= bound)
    }
    for (pixel, value) in inputs(.unit).enumerated() {
      #expect(abs(Double(value) - Double(pixel) / 255) <= bound / 2)
    }
  }

  @Test func standardIsOfTheTrainingImages() throws {
    // Channel 0 is 0, 255, 0, 255: mean ½, deviation ½. Channel 1 is 51, 51, 153, 153: ⅖, ⅕.
    let training = LabelledImages(
      shape: ImageShape(height: 1, width: 2, channels: 2),
      pixels: [0, 51, 255, 51, 0, 153, 255, 153], labels: [0, 1])
    let scale = PixelScale(.standard, fittedTo: training)
    #expect(scale.means == [0.5, 0.4])
    #expect(scale.deviations == [0.5, 0.2])
    let test = LabelledImages(
      shape: training.shape, pixels: [255, 153, 0, 51], labels: [0])
    let dataset = Dataset(name: "two", classCount: 2, training: training, test: test)
    let examples = dataset.examples(.standard)
    let high = (Float(153) / 255 - 0.4) / 0.2
    let low = (Float(51) / 255 - 0.4) / 0.2
    #expect(examples.test.inputs == [1, high, -1, low])
    #expect(examples.training.inputs == [-1, low, 1, low, -1, high, 1, high])
    #expect(examples.test.labels == [0])
    #expect(examples.test.classCount == 2)
    #expect(examples.test.shape == training.shape)
  }

  @Test func aConstantChannelBecomesZeros() {
    let images = LabelledImages(
      shape: ImageShape(height: 1, width: 2), pixels: [7, 7], labels: [0])
    let scale = PixelScale(.standard, fittedTo: images)
    #expect(scale.deviations == [1])
    #expect(scale.examples(from: images, classCount: 2).inputs == [0, 0])
  }

  /// The figures that are published for the whole of Fashion-MNIST, to four digits.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: DatasetCatalog.installedFashionMNIST)))
  func fashionMNISTHasItsPublishedMoments() throws {
    let scale = PixelScale(
      .standard, fittedTo: try DatasetCatalog().load("fashion-mnist").training)
    #expect((scale.means[0] * 10_000).rounded() == 2860)
    #expect((scale.deviations[0] * 10_000).rounded() == 3530)
  }
}

@Test func formsOfNormalisationAreWrittenAsTheirNames() throws {
  let forms: [Normalization] = [.symmetric, .unit, .standard]
  #expect(forms == Normalization.allCases)
  let json = try JSONEncoder().encode(forms)
  #expect(String(decoding: json, as: UTF8.self) == #"["symmetric","unit","standard"]"#)
  #expect(try JSONDecoder().decode([Normalization].self, from: json) == forms)
}
