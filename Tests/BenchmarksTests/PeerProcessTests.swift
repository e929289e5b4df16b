import CommandLineTools
import Foundation
import Testing

@testable import benchmarks

/// Peers that are shell scripts, so that no Python is needed.
@Suite final class PeerProcessTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func start(
    _ script: String, interpreter: String = "sh", switches: [String] = [],
    patience: Duration = .seconds(60)
  ) throws -> PeerProcess {
    let name = UUID().uuidString
    let file = folder.appending(path: "\(name).sh")
    try Data(script.utf8).write(to: file)
    return try PeerProcess(
      "Fake", script: file, python: interpreter, threads: 3, switches: switches,
      errors: folder.appending(path: "\(name).txt"), patience: patience)
  }

  private func exchange(_ text: String, with peer: PeerProcess) throws -> String {
    String(decoding: try peer.exchange(Data(text.utf8)), as: UTF8.self)
  }

  @Test func `a peer answers each line that it is sent`() throws {
    let peer = try start(
      #"while read line; do echo "$1 $2 $3 $line"; done"#, switches: ["--fast"])
    #expect(try exchange("one", with: peer) == "--threads 3 --fast one")
    #expect(try exchange("two", with: peer) == "--threads 3 --fast two")
    peer.close()
  }

  @Test func `a peer's lines may arrive in parts or together`() throws {
    let peer = try start(
      #"read line; printf a; sleep 0.05; printf 'b\nc\n'; read line"#)
    #expect(try exchange("one", with: peer) == "ab")
    #expect(try exchange("two", with: peer) == "c")
    peer.close()
  }

  @Test func `a peer without its Python module takes no part`() throws {
    let peer = try start("echo 'torch is missing: install it' >&2; exit 3")
    #expect(throws: PeerUnavailable(description: "torch is missing: install it")) {
      try exchange("one", with: peer)
    }
  }

  @Test func `a peer without its Python takes no part`() throws {
    let peer = try start("", interpreter: "no-such-interpreter")
    let error = #expect(throws: PeerUnavailable.self) { try exchange("one", with: peer) }
    #expect(error?.description.contains("--python") == true)
  }

  /// Neither silence nor a line that never ends is waited for forever, nor a peer that won't go.
  @Test(arguments: ["sleep 2", "while true; do printf a; sleep 0.01; done"])
  func `a silent peer is ended after the time that it has`(script: String) throws {
    let peer = try start("trap '' TERM; \(script)", patience: .milliseconds(100))
    let error = #expect(throws: CommandError.self) { try exchange("one", with: peer) }
    #expect(error?.status == 1)
    #expect(
      error?.description.hasPrefix("Fake gave no answer in 0.1 seconds and was ended: ") == true,
      "\(String(describing: error))")
    peer.close()
  }

  @Test func `a peer that ends in any other way is a failure`() throws {
    let peer = try start("read line; echo first >&2; echo last >&2; exit 4")
    #expect(throws: CommandError.failure("Fake ended with status 4: last")) {
      try exchange("one", with: peer)
    }
    let silent = try start("exit 0")
    #expect(throws: CommandError.failure("Fake ended with status 0: it said nothing")) {
      try exchange("one", with: silent)
    }
  }
}
