import Foundation
import Measurement

@testable import benchmarks

/// Results as they might come out, with a part of every kind.
enum ResultSamples {
  static func results() -> Results {
    var report = Report()
    report.series = [
      series(batch: 1, samples: [1, 2, 3, 4, 5, 6, 7]),
      Series(["batch": "1"], unit: "ratio", samples: [1]),
    ]
    report.latencies = [latency(trainedAt: 1), latency(trainedAt: 128)]
    report.energies = [
      energy(batch: 1, modelled(8)), energy(batch: 16, measured(2)),
      energy(batch: 64, record(.unavailable(reason: "no counter"))),
    ]
    report.peaks = [
      MachinePeaks(
        threads: 2, operations: OperationsPerSecond(5e11), read: BytesPerSecond(4e10),
        triad: BytesPerSecond(3e10))
    ]
    report.series[1].leftOutRounds = 2
    report.series[1].disturbedRounds = 0
    report.peers = [
      PeerDescription(
        name: "PyTorch", version: "2", python: "3", threads: 1, subnormals: "kept",
        variants: ["eager"], imageVariants: ["eager nhwc"],
        leftOut: [.init(variant: "compile", reason: "no compiler")])
    ]
    report.carbonIntensity = .world
    return Results(of: "all", options: ["--seconds": "1"], load: 0.5, report: report)
  }

  static func series(batch: Int, samples: [Double]) -> Series {
    Series(
      ["task": "training", "batch": String(batch)], unit: "s/step", samples: samples,
      repetitions: 8)
  }

  /// Copies whose calls all take so many seconds.
  static func latency(
    trainedAt: Int, batch: Int = 4, copies: [Double] = [1, 2, 3, 4, 5, 6, 7], calls: Int = 7
  ) -> LatencyRow {
    LatencyRow(
      ["task": "latency", "batch": String(batch), "trained at": String(trainedAt)],
      copies: copies.compactMap { seconds in
        LatencySample(calls: Array(repeating: Seconds(seconds), count: calls)).map {
          LatencySummary($0, batchSize: batch, clockCost: Seconds(0.5))
        }
      })
  }

  /// Rounds of ten images.
  static func energy(batch: Int, _ totals: EnergyRecord...) -> EnergyRow {
    EnergyRow(
      ["task": "training energy", "batch": String(batch)], images: 10,
      rounds: totals.map {
        .init(seconds: Seconds(0.5), energy: EnergyReport(total: $0, domains: [$0]))
      })
  }

  static func modelled(_ joules: Double) -> EnergyRecord {
    let energy = Joules(joules)
    return record(
      EnergyBand(around: energy, share: 0.5).map { .modelled(energy, band: $0) }
        ?? .unavailable(reason: "no band"))
  }

  static func measured(_ joules: Double) -> EnergyRecord { record(.measured(Joules(joules))) }

  static func record(_ figure: EnergyRecord.Figure) -> EnergyRecord {
    EnergyRecord(
      figure, source: "sample", domain: "package", interval: Seconds(0.5), overhead: .zero)
  }
}
