import CommandLineTools
import Foundation

/// Where the peers are, and how they are started.
struct PeerFinder {
  /// The peers' folder.
  let folder: URL
  /// The Python that they are run with.
  let python: String

  /// The peers that there can be, and their programs.
  static let scripts = [("PyTorch", "peer_torch.py"), ("JAX", "peer_jax.py")]

  static let pythonOption = Command.Option(
    "--python", "PATH", help: "the Python that has PyTorch or JAX (default python3)")
  static let folderOption = Command.Option(
    "--peers", "DIR", help: "the folder of the peers' programs (default Benchmarks/Peers)")

  init(_ arguments: Arguments) throws(CommandError) {
    let path = arguments.text(Self.folderOption.name) ?? "Benchmarks/Peers"
    folder = URL(filePath: path, directoryHint: .isDirectory)
    python = arguments.text(Self.pythonOption.name) ?? "python3"
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw .misuse(
        "the peers' programs aren't in \(path): run it in the repository, or name their folder "
          + "with \(Self.folderOption.name)")
    }
  }

  /// Starts every peer that there is; `missing` is told of each that can't take part, and why.
  func start(
    threads: Int, files: PeerFiles, missing: (_ name: String, _ reason: String) throws -> Void
  ) throws -> [Peer] {
    var peers: [Peer] = []
    for (name, file) in Self.scripts {
      let script = folder.appending(path: file)
      guard FileManager.default.fileExists(atPath: script.path) else {
        try missing(name, "\(script.relativePath) is missing")
        continue
      }
      do {
        peers.append(
          try Peer(
            PeerProcess(
              name, script: script, python: python, threads: threads,
              errors: files.errors(of: "\(file)-\(threads)"))))
      } catch let error as PeerUnavailable {
        try missing(name, error.description)
      }
    }
    return peers
  }
}
