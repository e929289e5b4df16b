import PropertyTesting
import Testing

@testable import Measurement

@Suite struct MemoryTrafficTests {
  /// Every line is moved once, however many threads share them: what is counted is what is done.
  @Test(.tags(.property)) func everyLineIsMovedOnce() {
    forAll("sweeps move every line once", cases: 60) { choices in
      (choices.integer(in: 0...5000), choices.integer(in: 1...7))
    } failure: { (lines, threads) in
      let traffic = MemoryTraffic(bytesPerArray: lines * 64, threads: threads)
      let count = max(lines, 1)
      guard traffic.bytes(.read) == count * 64, traffic.bytes(.triad) == count * 192 else {
        return "\(traffic.bytes(.read)) and \(traffic.bytes(.triad)) bytes"
      }
      traffic.sweep(.read)
      // Whole numbers whose sums stay below 2²⁴ a lane and thread.
      let sum = (0..<count).reduce(0) { $0 + 16 * ($1 % 1021) }
      guard traffic.sum == Double(sum) else { return "\(traffic.sum) instead of \(sum)" }
      guard traffic.written == Array(repeating: 0, count: count) else { return "reading wrote" }
      traffic.sweep(.triad)
      let expected = (0..<count).map { Float($0 % 1021 + 3 * ($0 % 509)) }
      return traffic.written == expected ? nil : "the triad wrote something else"
    }
  }

  @Test func sizesAreWholeLinesAndThreadsAtLeastOne() {
    let traffic = MemoryTraffic(bytesPerArray: 65, threads: 0)
    #expect(traffic.threads == 1)
    #expect(traffic.bytes(.read) == 128)
  }
}

@Suite struct LastLevelCacheTests {
  /// Two processors with caches of their own on level 2, and one that they share on level 3.
  private func files(_ size: String) -> SimulatedFiles {
    let files = SimulatedFiles()
    func cache(_ processor: Int, _ index: Int, _ level: Int, _ size: String, _ shared: String) {
      let folder = "cpu\(processor)/cache/index\(index)"
      files["\(folder)/level"] = .success("\(level)\n")
      files["\(folder)/size"] = .success("\(size)\n")
      files["\(folder)/shared_cpu_list"] = .success("\(shared)\n")
    }
    for processor in 0..<4 {
      cache(processor, 2, 2, "1024K", "\(processor)")
      cache(processor, 3, 3, size, processor < 2 ? "0-1" : "2-3")
    }
    files["cpufreq/boost"] = .success("1")
    files["online"] = .success("0-3")
    return files
  }

  @Test(arguments: [("32768K", 64 << 20), ("32M", 64 << 20), ("1G", 2 << 30), ("100", 200)])
  func sharedCachesCountOnce(size: String, bytes: Int) {
    #expect(LastLevelCache.bytes(root: SimulatedFiles.root, files: files(size).files) == bytes)
  }

  /// Where the last level has no size, the one before it is the last that is known.
  @Test(arguments: ["", "K", "-1K", "0K", "99999999999999999999K", "9223372036854775807K"])
  func sizesThatMakeNoSenseAreLeftOut(size: String) {
    let bytes = LastLevelCache.bytes(root: SimulatedFiles.root, files: files(size).files)
    #expect(bytes == 4 << 20)
  }

  @Test func withoutCachesThereIsNoSize() {
    #expect(
      LastLevelCache.bytes(root: SimulatedFiles.root, files: SimulatedFiles().files) == nil)
  }
}

@Suite struct MachinePeaksTests {
  @Test func arraysAreLargerThanCachesAndSmallerThanMemory() {
    func mebibytes(cache: Int?, gibibytes: UInt64) -> Int {
      MachinePeaks.bytesPerArray(cache: cache, memory: gibibytes << 30) >> 20
    }
    #expect(mebibytes(cache: nil, gibibytes: 64) == 64)
    #expect(mebibytes(cache: 1 << 10, gibibytes: 64) == 64)
    #expect(mebibytes(cache: 32 << 20, gibibytes: 64) == 128)
    #expect(mebibytes(cache: 1 << 40, gibibytes: 16) == 1024)
    #expect(mebibytes(cache: .max, gibibytes: 16) == 1024)
  }

  /// A clock that says that everything takes 1 ms.
  @Test func ratesAreWorkOverTheShortestTime() {
    let time = SteppingClock()
    let clock = MonotonicClock {
      time.advance(nanoseconds: 1_000_000)
      return time.clock.nanoseconds()
    }
    let peaks = MachinePeaks.measure(
      threads: 2, time: Seconds(2e-3), bytesPerArray: 1 << 16, clock: clock)
    let perIteration = MultiplyAddPeak(threads: 2).operationsPerIteration
    let millisecond = Seconds(1e-3).value
    #expect(peaks.threads == 2)
    #expect(
      peaks.operations == OperationsPerSecond(Double(1_000_000 * perIteration) / millisecond))
    #expect(peaks.read == BytesPerSecond(Double(1 << 16) / millisecond))
    #expect(peaks.triad == BytesPerSecond(Double(3 << 16) / millisecond))
  }
}
