import Files
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program that answers requests through two named pipes in a folder of its own.
///
/// The program's output goes to this process's standard error, so that whatever it prints can't be
/// mistaken for an answer. Both pipes are opened for reading and writing here: opening then doesn't
/// wait for the program, and a program that dies is noticed by its process, not by a signal.
public final class TrainerProcess: TrainerChannel {
  /// The longest answer that is read, in bytes.
  static let longestAnswer = 1 << 24

  private let process = Process()
  private let folder: URL
  private let command: String
  private let timeout: Double
  private let isInterrupted: () -> Bool
  private let requests: Int32
  private let replies: Int32
  private var received = Data()

  /// Starts a program.
  ///
  /// `command` is a shell's command line; `files` are text files for the folder, by name, which Python
  /// programs can import; `timeout` is the longest wait for an answer, in seconds. While waiting,
  /// `isInterrupted` is asked; where it returns true, the wait ends with a failure. Throws
  /// `TrainerFailure` where the folder, its pipes or the process can't be made.
  public init(
    _ command: String, files: [String: Data] = [:], timeout: Double,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws(TrainerFailure) {
    let shown = Printable.line(command)
    self.command = shown.count > 60 ? shown.prefix(60) + "…" : shown
    self.timeout = timeout
    self.isInterrupted = isInterrupted
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "batchwise-\(UUID().uuidString)")
    self.folder = folder
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for (name, data) in files { try data.write(to: folder.appending(path: name)) }
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw TrainerFailure(
        "\(folder.path): the folder for the exchange can't be written; set TMPDIR to one that can")
    }
    let paths = ["requests", "replies"].map { folder.appending(path: $0).path }
    let descriptors = paths.map { path in
      mkfifo(path, 0o600) == 0 ? open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1
    }
    guard descriptors.allSatisfy({ $0 >= 0 }) else {
      for descriptor in descriptors where descriptor >= 0 { _ = close(descriptor) }
      try? FileManager.default.removeItem(at: folder)
      throw TrainerFailure(
        "\(folder.path): no named pipe can be made there; set TMPDIR to a folder on a local disk")
    }
    (requests, replies) = (descriptors[0], descriptors[1])
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    var environment = ProcessInfo.processInfo.environment
    environment["BATCHWISE_FOLDER"] = folder.path
    environment["PYTHONPATH"] =
      [environment["PYTHONPATH"] ?? "", folder.path].filter { !$0.isEmpty }.joined(separator: ":")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.standardError
    process.standardError = FileHandle.standardError
    do { try process.run() } catch {
      throw TrainerFailure("no shell can be started for '\(self.command)'")
    }
  }

  deinit {
    if process.isRunning {
      try? send(Data("{\"ask\":\"end\"}\n".utf8), until: Date(timeIntervalSinceNow: 1))
      wait(seconds: 1)
      signal(SIGTERM)
      wait(seconds: 1)
    }
    signal(SIGKILL)
    _ = close(requests)
    _ = close(replies)
    try? FileManager.default.removeItem(at: folder)
  }

  private func wait(seconds: Double) {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(10_000) }
  }

  /// Sends a signal to the shell and all that it started, where they are a group of their own.
  private func signal(_ number: Int32) {
    let identifier = process.processIdentifier
    guard identifier > 1 else { return }
    if getpgrp() != identifier, kill(-identifier, number) == 0 { return }
    if process.isRunning { kill(identifier, number) }
  }

  /// Sends a request and waits for its answer; throws where the program ends or answers too late.
  public func answer(_ line: String) throws(TrainerFailure) -> String {
    let deadline = Date(timeIntervalSinceNow: timeout)
    received.removeAll()
    _ = try readWhatIsThere()
    guard received.isEmpty else { throw tooManyLines() }
    try send(Data((line + "\n").utf8), until: deadline)
    while true {
      let hasEnded = self.hasEnded
      if try readWhatIsThere(), let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        guard end == received.indices.last else { throw tooManyLines() }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      if hasEnded { throw ended() }
      try wait(for: replies, Int16(POLLIN), until: deadline)
    }
  }

  /// Reads the tensors that belong to the latest answer, from a file in the exchange folder.
  public func tensors(in file: String) throws(TrainerFailure) -> [String: [Double]] {
    let path = folder.appending(path: file).path
    do {
      return try Safetensors(contentsOf: path).numbers(path: file)
    } catch let error as TrainerFailure {
      throw error
    } catch {
      let problem = (error as? SafetensorsError)?.problem ?? "\(error)"
      throw TrainerFailure(Printable.message(about: file, problem))
    }
  }

  /// Reads what the program has written so far, up to a buffer with the end of a line; returns whether
  /// there is one.
  private func readWhatIsThere() throws(TrainerFailure) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(replies, &buffer, buffer.count)
      guard count > 0 else { return false }
      received.append(contentsOf: buffer[..<count])
      guard received.count <= Self.longestAnswer else {
        throw TrainerFailure(
          "'\(command)' answers with a line of more than \(Self.longestAnswer >> 20) MiB: tensors "
            + "belong into the file")
      }
      if buffer[..<count].contains(UInt8(ascii: "\n")) { return true }
    }
  }

  private func send(_ data: Data, until deadline: Date) throws(TrainerFailure) {
    let bytes = Array(data)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(requests, $0.baseAddress, $0.count) }
      if count > 0 {
        sent += count
      } else {
        guard !hasEnded else { throw ended() }
        try wait(for: requests, Int16(POLLOUT), until: deadline)
      }
    }
  }

  /// Waits a moment for a pipe, or fails where the time is up.
  private func wait(
    for descriptor: Int32, _ events: Int16, until deadline: Date
  ) throws(TrainerFailure) {
    if isInterrupted() { throw TrainerFailure("interrupted: run the same command again") }
    guard Date() < deadline else {
      throw TrainerFailure(
        "'\(command)' gave no answer for \(timeout.formatted()) s: does it call serve(…), and is "
          + "an update quick? --timeout S waits longer")
    }
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    _ = poll(&entry, 1, 50)
  }

  private func tooManyLines() -> TrainerFailure {
    TrainerFailure("'\(command)' answers more than one line to a request: one is needed")
  }

  /// Whether the shell has ended: by the system's word, since `Process` goes on waiting for all that
  /// the shell started.
  private var hasEnded: Bool {
    guard process.isRunning else { return true }
    var information = siginfo_t()
    let identifier = id_t(process.processIdentifier)
    return waitid(P_PID, identifier, &information, WEXITED | WNOHANG | WNOWAIT) == 0
      && information.si_signo != 0
  }

  private func ended() -> TrainerFailure {
    wait(seconds: 1)
    guard !process.isRunning else {
      return TrainerFailure(
        "'\(command)' ended before it answered, and left another program behind: does it call "
          + "serve(…)?")
    }
    let isKilled = process.terminationReason == .uncaughtSignal
    let how =
      (isKilled ? "was ended by signal " : "ended with status ") + "\(process.terminationStatus)"
    return TrainerFailure(
      "'\(command)' \(how) before it answered: what it printed stands above; does it call serve(…)?"
    )
  }
}
