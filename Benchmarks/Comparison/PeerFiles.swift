import CommandLineTools
import Foundation
import TrainingCore

/// The files that peers read weights and images from: raw numbers, little-endian.
///
/// They lie in a folder of their own, which goes with this object.
final class PeerFiles {
  private let folder: URL
  private var written: Set<String> = []

  init() throws(CommandError) {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "batchwise-peers-\(UUID().uuidString)", directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .failure("\(folder.path) can't be created: set TMPDIR to a folder that can be written")
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A file for what a peer says on its standard error.
  func errors(of name: String) -> URL { folder.appending(path: "\(name)-errors.txt") }

  /// Initial weights and then moving averages, in the order of `ParameterLayout`, float32.
  func weights(of workload: Workload) throws(CommandError) -> URL {
    try file("weights-\(workload.model.name).bin") {
      let state = ModelState.initial(
        model: workload.model, optimizer: workload.optimizer, seed: workload.configuration.seed)
      return Self.data((state.parameters + state.statistics).flatMap(\.values))
    }
  }

  /// Images [count, H, W, C], float32.
  func inputs(of workload: Workload) throws(CommandError) -> URL {
    try file("inputs-\(Self.name(workload)).bin") { Self.data(workload.examples.inputs) }
  }

  /// Classes [count], bytes.
  func labels(of workload: Workload) throws(CommandError) -> URL {
    try file("labels-\(Self.name(workload)).bin") { Data(workload.examples.labels) }
  }

  private static func name(_ workload: Workload) -> String {
    "\(workload.examples.shape)-\(workload.examples.count)"
  }

  /// Numbers as little-endian float32.
  static func data(_ numbers: [Float]) -> Data {
    var data = Data(capacity: 4 * numbers.count)
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  private func file(_ name: String, _ contents: () -> Data) throws(CommandError) -> URL {
    let url = folder.appending(path: name.replacing(":", with: "-"))
    guard written.insert(name).inserted else { return url }
    do {
      try contents().write(to: url)
    } catch {
      throw .failure("\(url.path) can't be written: is the disk full?")
    }
    return url
  }
}
