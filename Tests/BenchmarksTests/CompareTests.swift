import CommandLineTools
import Files
import Foundation
import Measurement
import PropertyTesting
import Statistics
import Testing
@testable import benchmarks

@Suite final class CompareTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func results(_ series: [Series], latencies: [LatencyRow] = []) -> Results {
    var report = Report()
    report.series = series
    report.latencies = latencies
    return Results(of: "training", options: [:], load: nil, report: report)
  }

  private func file(_ name: String, _ contents: Data) throws -> String {
    let url = folder.appending(path: name)
    try contents.write(to: url)
    return url.path
  }

  private func file(_ name: String, times: [Double]) throws -> String {
    try file(name, encodedJSON(results([ResultSamples.series(batch: 1, samples: times)])))
  }

  /// Seven figures around one, all different.
  private func around(_ middle: Double) -> [Double] {
    [0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03].map { $0 * middle }
  }

  @Test func theIntervalIsMadeOfThoseOfBothMedians() throws {
    // Of seven samples, only the extremes hold the median with chance √0.95.
    let ratio = try #require(
      MedianRatio(old: [1, 2, 3, 4, 5, 6, 8], new: [8, 9, 10, 12, 13, 15, 16]))
    #expect(ratio.ratio == 3)
    #expect(ratio.interval == Interval(lower: 1, upper: 16, level: 0.95))
    #expect(MedianRatio(old: [1, 2, 3, 4, 5, 6], new: [1, 2, 3, 4, 5, 6, 7])?.interval == nil)
    #expect(MedianRatio(old: [], new: [1]) == nil)
    #expect(MedianRatio(old: [0, 1], new: [1]) == nil)
    #expect(MedianRatio(old: [1], new: [.nan]) == nil)
  }

  /// Both medians are in their intervals with chance 0.95 at least, whatever the distributions.
  @Test func `the chances of both medians' intervals multiply to the level`() throws {
    for old in 7...40 {
      for new in 7...40 {
        let chances = try [old, new].map { count in
          try #require(MedianRanks(count: count, level: 0.95.squareRoot())).coverage
        }
        #expect(chances[0] * chances[1] >= 0.95)
      }
    }
  }

  /// The quotient of any two figures within the medians' intervals is in the quotient's.
  @Test func `the quotient of any medians within their intervals is within the interval`() {
    forAll("quotients", cases: 200) { choices in
      let old = (0..<choices.integer(in: 7...30)).map { _ in Double(choices.integer(in: 1...64)) }
      let new = (0..<choices.integer(in: 7...30)).map { _ in Double(choices.integer(in: 1...64)) }
      return (old: old, new: new)
    } failure: { samples in
      guard let ratio = MedianRatio(old: samples.old, new: samples.new),
        let interval = ratio.interval,
        let before = OrderStatistics(samples.old), let after = OrderStatistics(samples.new),
        let a = before.medianInterval(level: 0.95.squareRoot()),
        let b = after.medianInterval(level: 0.95.squareRoot())
      else { return "no interval" }
      for old in before.sorted where a.contains(old) {
        for new in after.sorted where b.contains(new) {
          if !interval.contains(new / old) { return "\(new) / \(old) is outside of \(interval)" }
        }
      }
      return interval.contains(ratio.ratio) ? nil : "\(ratio.ratio) is outside of \(interval)"
    }
  }

  @Test func `a surely slower row ends with status 1, files that cannot be compared with 2`() throws
  {
    let old = try file("old.json", times: around(1))
    let status = { (words: [String]) in Program.run(["compare"] + words) }
    #expect(status([old, old]) == 0)
    // 1.2 times as long, surely 1.2 × 0.97 / 1.03 = 1.13: beyond ten per cent, not beyond fifteen.
    let slower = try file("slower.json", times: around(1.2))
    #expect(status([old, slower]) == 1)
    #expect(status([old, slower, "--slowdown", "15"]) == 0)
    #expect(status([slower, old]) == 0)
    #expect(status([old, slower, "--slowdown", "-1"]) == 2)
    #expect(status([old]) == 2)
    #expect(status([old, folder.path]) == 2)
    #expect(status([old, try file("other.json", Data("{\"schema\": 9}".utf8))]) == 2)
    #expect(status([try file("broken.json", Data("{".utf8)), old]) == 2)
    let nothing = try file("nothing.json", encodedJSON(results([])))
    #expect(status([old, nothing]) == 2)
  }

  @Test func aWideIntervalIsNoSlowdown() {
    let noisy = [0.5, 0.6, 0.8, 1.5, 2, 3, 4]
    let comparison = Comparison(
      results([ResultSamples.series(batch: 1, samples: around(1))]),
      results([ResultSamples.series(batch: 1, samples: noisy)]))
    #expect(comparison.rows[0].ratio.ratio == 1.5)
    #expect(comparison.slowdowns(beyond: 0.1).isEmpty)
  }

  @Test func rowsMatchByTheirLabels() {
    let old = results(
      [
        ResultSamples.series(batch: 1, samples: around(1)),
        ResultSamples.series(batch: 16, samples: around(1)),
        Series(["task": "training"], unit: "ratio", samples: around(1)),
      ], latencies: [ResultSamples.latency(trainedAt: 1)])
    let new = results(
      [
        ResultSamples.series(batch: 64, samples: around(1)),
        ResultSamples.series(batch: 1, samples: around(2)),
      ], latencies: [ResultSamples.latency(trainedAt: 1, copies: [2, 4, 6, 8, 10, 12, 14])])
    let comparison = Comparison(old, new)
    #expect(
      comparison.rows.map(\.name) == ["training, batch 1", "latency, batch 4, trained at 1"])
    #expect(comparison.rows.map(\.ratio.ratio) == [2, 2])
    // A latency's samples are its copies: seven, however many calls they made.
    #expect(
      comparison.rows[1].ratio.interval == Interval(lower: 2.0 / 7, upper: 14, level: 0.95))
    #expect(comparison.onlyOld == ["training, batch 16"])
    #expect(comparison.onlyNew == ["training, batch 64"])
    #expect(comparison.differences.isEmpty)
    #expect(comparison.slowdowns(beyond: 0.1).map(\.name) == ["training, batch 1"])
    let table = comparison.table(slowdown: 0.1)
    #expect(table.rows.map { $0[3] } == [.text("slower"), .text("")])
  }

  /// A core that two virtual processors share in one run and not in the other is told, since nothing
  /// else of the two files shows it.
  @Test func `a comparison names a peak that differs between the runs`() {
    func peak(_ threads: String, _ batch: String, _ rate: Double) -> Series {
      Series(
        ["by": "peak", "threads": threads, "batch": batch], unit: "FLOP/s", samples: around(rate))
    }
    let old = results([peak("1", "16", 100), peak("2", "16", 200), peak("2", "64", 200)])
    let near = results([peak("1", "16", 91), peak("2", "16", 220), peak("2", "64", 200)])
    #expect(Comparison(old, near).differences.isEmpty)
    let shared = results([peak("1", "16", 100), peak("2", "16", 100), peak("2", "64", 190)])
    #expect(
      Comparison(old, shared).differences == [
        "peak of multiply-adds, threads 2: 0.50 to 0.95 times the old one, beside the rows' own work"
      ])
    #expect(Comparison(shared, old).differences.count == 1)
    let other = results([peak("2", "128", 100)])
    #expect(Comparison(old, other).differences.isEmpty)
  }

  @Test func `a comparison names a machine that was busy before`() {
    var (old, new) = (results([]), results([]))
    (old.load, new.load) = (0.5, 0.75)
    #expect(Comparison(old, new).differences.isEmpty)
    new.load = 1
    #expect(Comparison(old, new).differences == ["load before: 0.5, then 1.0"])
    (old.load, new.load) = (3, nil)
    #expect(Comparison(old, new).differences == ["load before: 3.0, then unknown"])
  }

  @Test func `a comparison names what differs between the machines`() throws {
    let old = results([])
    var object = try #require(
      JSONSerialization.jsonObject(with: encodedJSON(old)) as? [String: Any])
    var machine = try #require(object["machine"] as? [String: Any])
    machine["processor"] = "Another"
    machine["processorCount"] = old.machine.processorCount + 1
    object["machine"] = machine
    let new = try Results(try JSONSerialization.data(withJSONObject: object))
    let count = old.machine.processorCount
    #expect(
      Comparison(old, new).differences == [
        "processor: \(old.machine.processor ?? "unknown"), then Another",
        "logical processors: \(count), then \(count + 1)",
      ])
  }
}
