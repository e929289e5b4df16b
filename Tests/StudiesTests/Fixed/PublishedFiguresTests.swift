import Measurement
import Testing

@testable import Studies

@Suite struct PublishedFiguresTests {
  /// The tables of "Effect of Batch Size", a line a model: batch, s/epoch, µs/image, per cent.
  @Test(arguments: [
    (
      "mlp-1",
      [
        [1, 228.3, 57.4, 93.0], [16, 19.2, 23.8, 96.7], [64, 8.57, 5.1, 96.4],
        [128, 6.96, 4.3, 96.4],
      ]
    ),
    (
      "mlp-2-crop20",
      [
        [1, 408.1, 88.8, 93.6], [16, 33.5, 32.0, 95.3], [64, 13.2, 10.3, 97.2],
        [128, 10.2, 9, 96.6],
      ]
    ),
  ])
  func `the figures are those that the article prints`(model: String, rows: [[Double]]) {
    let figures = PublishedFigures.all.filter { $0.model == model }
    #expect(
      figures.map {
        [Double($0.batchSize), $0.secondsPerEpoch, $0.microsecondsPerImage, $0.accuracyPercent]
      } == rows)
  }

  @Test func `there are no figures that the article doesn't print`() {
    #expect(PublishedFigures.all.count == 8)
  }

  /// 23.8 µs × 16 W × 713 g/kWh is 75 ng, and what is printed 3600 times that.
  @Test func theCarbonPrintedLacksTheSecondsOfAnHour() throws {
    let carbon = EnergyModel.published.carbon(for: .measured(Seconds(23.8e-6)))
    let micrograms = try #require(carbon.value).value * 1e6
    #expect(PublishedFigures.printedCarbon == "271.6 μgCO2eq")
    // The time and the mass are printed to a tenth.
    #expect(abs(micrograms * 3600 - 271.6) <= 271.6 * 0.05 / 23.8 + 0.05)
  }
}
