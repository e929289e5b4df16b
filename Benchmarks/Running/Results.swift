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
  static let currentSchema = 3

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
  init(of benchmark: String, options: [String: String], load: Double?, report: Report = Report()) {
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
    [
      ("processor", "\(machine.processor ?? "unknown"), \(machine.processorCount) logical"),
      ("built for", machine.instructionsBuiltFor), ("system", machine.operatingSystem),
      ("compiler", "Swift \(machine.swiftCompiler), \(machine.buildConfiguration)"),
      ("commit", commit ?? "unknown"),
      ("load before", load.map { NumberFormat.decimals(1).string($0) } ?? "unknown"),
    ] + peers.map(\.versions).unique.map { ("peer", $0) }
  }

  /// The machine and the versions, as they stand below a table.
  var provenance: String {
    Command.columns(facts.map { ($0.name, $0.value) }).joined(separator: "\n")
  }
}

extension Results {
  /// Reads a file of results, or says in one line what is wrong with it.
  init(contentsOf path: String) throws(CommandError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      let reason =
        FileManager.default.fileExists(atPath: path) ? "it can't be read" : "there is no such file"
      throw .misuse("\(path): \(reason)")
    }
    do throws(CommandError) {
      try self.init(data)
    } catch {
      throw .misuse("\(path): \(error)")
    }
  }

  /// Reads results of this program's schema from JSON.
  init(_ data: Data) throws(CommandError) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let header: Header
    do {
      header = try decoder.decode(Header.self, from: data)
    } catch DecodingError.dataCorrupted {
      throw .misuse("it is not JSON, or ends too early")
    } catch {
      throw .misuse("it is no benchmark's results, whose JSON has a number 'schema'")
    }
    guard header.schema == Self.currentSchema else {
      throw .misuse(
        "its schema is \(header.schema), and this program reads \(Self.currentSchema): use the one "
          + "that wrote it, or measure again")
    }
    do {
      self = try decoder.decode(Results.self, from: data)
    } catch let error as DecodingError {
      throw .misuse("it is damaged: \(Self.line(error))")
    } catch {
      throw .misuse("it is damaged: \(error)")
    }
    try requireSound()
  }

  /// Refuses rows that nothing can be concluded from: samples that no clock gives, or two rows for
  /// the same work.
  private func requireSound() throws(CommandError) {
    var known: Set<[String: String]> = []
    for row in sampled {
      let name = Printable.line(Series.name(row.labels))
      guard row.isSound else {
        throw .misuse("it is damaged: \(name) has a sample that is no positive number, or none")
      }
      guard known.insert(row.labels.merging(["unit": row.unit]) { $1 }).inserted else {
        throw .misuse("it is damaged: \(name) is there twice")
      }
    }
  }

  private struct Header: Decodable {
    let schema: Int
  }

  /// Where a decoder stopped, and why.
  private static func line(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let path = context.codingPath + (last.map { [$0] } ?? [])
      return path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .valueNotFound(_, let context): "\(place(context)) is null"
    case .typeMismatch(_, let context): "\(place(context)) is of another type"
    case .dataCorrupted(let context): "\(place(context)): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }
}
