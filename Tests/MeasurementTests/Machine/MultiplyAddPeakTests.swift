import Testing

@testable import Measurement

@Suite struct MultiplyAddPeakTests {
  /// Every chain does one multiply-add an iteration: what is counted is what is done.
  @Test(arguments: [1, 3])
  func everyChainAddsOneProductAnIteration(threads: Int) {
    let peak = MultiplyAddPeak(threads: threads)
    #expect(peak.sums.allSatisfy { $0 == 0x1p-6 })
    peak.run(iterations: 100)
    peak.run(iterations: 28)
    #expect(peak.sums.allSatisfy { $0 == 0x1p-6 + 128 * 0x1p-12 })
    #expect(2 * peak.sums.count == peak.operationsPerIteration)
  }
}
