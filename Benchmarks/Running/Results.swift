import CommandLineTools
import Files
import Foundation
import Measurement
import Reporting

/// What benchmarks measured, and on what: the contents of a `--json` file.
///
/// `Benchmarks/SCHEMA.md` describes the file key by key.
struct Results: Codable, Equatable {
  /// The version of the file's form.
  static let currentSchema = 2

  var schema = currentSchema
  var benchmark: String
  var options: [String: String]
  var date: Date
  var commit: String?
  var load: Double?
  var machine: MachineDescription
  var carbonIntensity: CarbonIntensity?
  var peers: [PeerDescription]
  var peaks: [MachinePeaks]
  var series: [Series]
  var latencies: [LatencyRow]
  var energies: [EnergyRow]

  /// Gathers what was measured here and now.
  init(
    of benchmark: String, options: [String: String], load: Double?, report: Report = Report()
  ) {
    self.benchmark = benchmark
    self.options = options
    self.load = load
    // Whole seconds, as ISO 8601 has them.
    date = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down))
    commit = SourceVersion.current
    machine = .current
    carbonIntensity = report.carbonIntensity
    peers = report.peers
    peaks = report.peaks
    series = report.series
    latencies = report.latencies
    energies = report.energies
  }

  /// A row with what was measured for it, whatever it is of.
  struct SampledRow {
    let labels: [String: String]
    let unit: String
    let samples: [Double]

    /// Whether there are samples, and all are positive numbers, as times and rates are.
    var isSound: Bool { !samples.isEmpty && samples.allSatisfy { $0 > 0 && $0.isFinite } }
  }

  /// Every row; an energy's samples are the times of its rounds.
  var sampled: [SampledRow] {
    series.map { SampledRow(labels: $0.labels, unit: $0.unit, samples: $0.samples) }
      + latencies.map {
        SampledRow(labels: $0.labels, unit: "s/call", samples: $0.calls.map(\.value))
      }
      + energies.map {
        SampledRow(labels: $0.labels, unit: "J", samples: $0.rounds.map(\.seconds.value))
      }
  }

  /// The machine and the versions, by name.
  var facts: [(name: String, value: String)] {
    var versions: [String] = []
    for peer in peers where !versions.contains(peer.versions) { versions.append(peer.versions) }
    return [
      ("processor", "\(machine.processor ?? "unknown"), \(machine.processorCount) logical"),
      ("built for", machine.instructionsBuiltFor), ("system", machine.operatingSystem),
      ("compiler", "Swift \(machine.swiftCompiler), \(machine.buildConfiguration)"),
      ("commit", commit ?? "unknown"),
      ("load before", load.map { NumberFormat.decimals(1).string($0) } ?? "unknown"),
    ] + versions.map { ("peer", $0) }
  }

  /// The machine and the versions, as they stand below a table.
  var provenance: String {
    Command.columns(facts.map { ($0.name, $0.value) }).joined(separator: "\n")
  }
}
