import CommandLineTools
import Files
import Foundation

/// A peer that runs as a process: lines go to its standard input, answers come from its standard
/// output.
final class PeerProcess: PeerChannel {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors: URL
  private let name: String
  private var received = Data()
  private var isKilled = false

  private let patience: Duration

  /// How long an answer may take: compilation and the longest passes are far below.
  static let usualPatience = Duration.seconds(900)
  /// The milliseconds after which it looks whether it is still worth waiting.
  private static let step: Int32 = 50
  /// How long a peer that was told to end, or whose output ended, may take to be gone.
  private static let farewell = 5.0
  /// The status of a peer whose library isn't there.
  private static let missingModule: Int32 = 3

  /// Starts a peer's program with a Python, which may take so long for an answer.
  init(
    _ name: String, script: URL, python: String, threads: Int, switches: [String] = [], errors: URL,
    patience: Duration = usualPatience
  ) throws {
    self.name = name
    self.errors = errors
    self.patience = patience
    // A peer that is gone is to be an error of the write, not the end of this process.
    signal(SIGPIPE, SIG_IGN)
    guard FileManager.default.createFile(atPath: errors.path, contents: nil) else {
      throw CommandError.failure("\(errors.path) can't be written: is the disk full?")
    }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, script.path, "--threads", String(threads)] + switches
    process.standardInput = input
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  func exchange(_ line: Data) throws -> Data {
    do {
      try input.fileHandleForWriting.write(contentsOf: line + Data("\n".utf8))
    } catch {
      throw ending()
    }
    return try nextLine()
  }

  func close() {
    try? input.fileHandleForWriting.write(contentsOf: Data("{\"command\":\"quit\"}\n".utf8))
    try? input.fileHandleForWriting.close()
    end()
  }

  /// Waits for the process to be gone, and kills it where it stays.
  ///
  /// What it has started itself may keep Foundation from noticing its end, so that isn't waited for.
  private func end() {
    let deadline = ContinuousClock.now + .seconds(Self.farewell)
    while process.isRunning, !isKilled, ContinuousClock.now < deadline {
      Thread.sleep(forTimeInterval: 0.002)
    }
    if process.isRunning { stop() }
  }

  private func stop() {
    kill(process.processIdentifier, SIGKILL)
    isKilled = true
  }

  private func nextLine() throws -> Data {
    let descriptor = output.fileHandleForReading.fileDescriptor
    let deadline = ContinuousClock.now + patience
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(received[..<end])
        received = Data(received[(end + 1)...])
        return line
      }
      try Rounds.requireNoInterrupt()
      guard ContinuousClock.now < deadline else {
        stop()
        throw CommandError.failure(
          "\(name) gave no answer in \(patience) and was ended: see whether something else keeps the "
            + "machine busy")
      }
      // In steps, because another thread may be the one that a signal interrupts.
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, Self.step) > 0 else { continue }
      let part = output.fileHandleForReading.availableData
      guard !part.isEmpty else { throw ending() }
      received += part
    }
  }

  /// What to say of a peer that has ended when it shouldn't have.
  private func ending() -> any Error {
    end()
    guard !process.isRunning else {
      return CommandError.failure("\(name) closed its output and went on, so it was ended")
    }
    let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
    let lines = text.split(whereSeparator: \.isNewline)
    let last = Printable.line(lines.last.map(String.init) ?? "it said nothing")
    return switch process.terminationStatus {
    case Self.missingModule: PeerUnavailable(description: last)
    case 126, 127: PeerUnavailable(description: "Python can't be run (\(last)); see --python")
    case let status: CommandError.failure("\(name) ended with status \(status): \(last)")
    }
  }
}

/// Where the peers are, and how they are started.
struct PeerFinder {
  /// The peers' folder.
  let folder: URL
  /// The Python that they are run with.
  let python: String

  /// The peers that there can be, their programs, and switches of these.
  ///
  /// PyTorch keeps subnormal numbers unless told otherwise before it has threads, so it is there
  /// twice; JAX flushes them.
  static let programs = [
    ("PyTorch", "peer_torch.py", []), ("PyTorch", "peer_torch.py", ["--flush-subnormals"]),
    ("JAX", "peer_jax.py", []),
  ]

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
    var absent: Set<String> = []
    func leaveOut(_ name: String, _ reason: String) throws {
      if absent.insert(name).inserted { try missing(name, reason) }
    }
    for (index, (name, file, switches)) in Self.programs.enumerated() where !absent.contains(name) {
      let script = folder.appending(path: file)
      guard FileManager.default.fileExists(atPath: script.path) else {
        try leaveOut(name, "\(script.relativePath) is missing")
        continue
      }
      do {
        peers.append(
          try Peer(
            PeerProcess(
              name, script: script, python: python, threads: threads, switches: switches,
              errors: files.errors(of: "\(index)-\(threads)"))))
      } catch let error as PeerUnavailable { try leaveOut(name, error.description) }
    }
    return peers
  }
}
