import CommandLineTools
import Foundation
import Measurement
import OutputFiles
import Reporting

/// What a benchmark measured, and on what: the contents of a `--json` file.
///
/// The file is one object:
///
/// - `benchmark`: the benchmark's name; `options`: those that were given, by name.
/// - `date`: when it ended, ISO 8601. `commit`: that of the folder it was run in, with `-dirty`
///   behind it where files differ from it; absent outside of a Git checkout.
/// - `load`: threads that ran or waited to in the minute before, on average: what else the machine
///   did. `machine`: processor, system, compiler, and the instructions that were built for.
/// - `peers`: each peer that took part, with its versions.
/// - `series`: what was measured. `labels` say what it is (`model`, `optimizer`, `batch`, `threads`,
///   `by`, …), `samples` has one figure a round in the `unit`, and each is the mean of
///   `repetitions` steps or calls. `median` and its 95 % `interval` (`lower`, `upper`, `level`)
///   follow from the samples. Series that were measured together have their rounds in common: the
///   first samples belong together, and so on.
struct Results: Codable, Equatable {
  var benchmark: String
  var options: [String: String]
  var date: Date
  var commit: String?
  var load: Double?
  var machine: MachineDescription
  var peers: [PeerDescription]
  var series: [Series]

  /// Gathers what was measured here and now.
  init(
    of benchmark: String, options: [String: String], load: Double?,
    peers: [PeerDescription] = [], series: [Series]
  ) {
    self.benchmark = benchmark
    self.options = options
    self.load = load
    // Whole seconds, as ISO 8601 has them.
    date = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down))
    commit = SourceVersion.current
    machine = .current
    self.peers = peers
    self.series = series
  }

  /// The machine and the versions, as they stand below a table.
  var provenance: String {
    let rows = [
      ("processor", "\(machine.processor ?? "unknown"), \(machine.processorCount) logical"),
      ("built for", machine.instructionsBuiltFor),
      ("system", machine.operatingSystem),
      ("compiler", "Swift \(machine.swiftCompiler), \(machine.buildConfiguration)"),
      ("commit", commit ?? "unknown"),
      ("load before", load.map { NumberFormat.decimals(1).string($0) } ?? "unknown"),
    ]
    var versions: [String] = []
    for peer in peers where !versions.contains(peer.versions) { versions.append(peer.versions) }
    return Command.columns(rows + versions.map { ("peer", $0) }).joined(separator: "\n")
  }
}

/// Where results are written; opened before anything is measured.
struct ResultsFile {
  private let folder: OutputFolder
  private let name: String

  /// Finds out whether a file can be written.
  init(path: String) throws(CommandError) {
    let url = URL(filePath: path)
    name = url.lastPathComponent
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      throw .misuse("\(Scope.json.name) '\(path)' is a folder: name a file in it")
    }
    do throws(OutputError) {
      folder = try OutputFolder(url.deletingLastPathComponent())
      try folder.requireReplaceable(name)
    } catch {
      throw .failure("\(Scope.json.name): \(error)")
    }
  }

  /// Writes results, whole or not at all.
  func write(_ results: Results) throws(OutputError) {
    try folder.write(encodedJSON(results), as: name)
  }
}
