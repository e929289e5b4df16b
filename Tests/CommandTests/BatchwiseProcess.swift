import Foundation
import Testing

/// The program as a user runs it: a process with arguments, two streams and an exit status.
struct BatchwiseProcess {
  let status: Int32
  let output: String
  let errors: String

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The words after its name.
  ///   - folder: The folder that it runs in.
  ///   - program: Which of the programs.
  ///   - started: Told the process once it runs, to interrupt it.
  /// - Throws: If the process can't be started.
  init(
    _ arguments: [String], in folder: TemporaryFolder, program: String = "batchwise",
    started: (Process) throws -> Void = { _ in }
  ) throws {
    let process = Process()
    process.executableURL = try Self.url(of: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    let outputURL = folder.url.appending(path: "stdout-\(UUID().uuidString)")
    let errorURL = folder.url.appending(path: "stderr-\(UUID().uuidString)")
    for url in [outputURL, errorURL] {
      try #require(FileManager.default.createFile(atPath: url.path, contents: nil))
    }
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    try Self.withInterruptsUnblocked { try process.run() }
    try started(process)
    process.waitUntilExit()
    status = process.terminationStatus
    output = try String(contentsOf: outputURL, encoding: .utf8)
    errors = try String(contentsOf: errorURL, encoding: .utf8)
    for url in [outputURL, errorURL] { try FileManager.default.removeItem(at: url) }
  }

  /// Tests run on threads that block signals, and may have been started by what has them ignore the
  /// end of a terminal; a child inherits both.
  private static func withInterruptsUnblocked(_ body: () throws -> Void) rethrows {
    var interrupts = sigset_t()
    var before = sigset_t()
    sigemptyset(&interrupts)
    sigaddset(&interrupts, SIGINT)
    sigaddset(&interrupts, SIGHUP)
    pthread_sigmask(SIG_UNBLOCK, &interrupts, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let handler = signal(SIGHUP, SIG_DFL)
    defer { signal(SIGHUP, handler) }
    try body()
  }

  /// The program beside the tests that were built with it.
  private static func url(of name: String) throws -> URL {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
    let folder = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
    let program = folder.appending(path: name)
    try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path)")
    return program
  }
}

/// A folder of a test's own, gone with it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "batchwise-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name).path)
  }
}
