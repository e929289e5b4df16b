import Foundation
import Testing

@testable import Verification

/// Programs that don't answer as they should: each ends in one line, and soon.
@Suite struct TrainerProcessTests {
  /// What asking a shell script what it is comes to.
  private static func failure(_ script: String, timeout: Double = 20) throws -> String {
    do {
      let process = try TrainerProcess(script, timeout: timeout)
      _ = try LoopExamination(process).examine()
      return ""
    } catch let error as TrainerFailure {
      return error.description
    }
  }

  /// A script that answers each request with a line.
  private static func answering(_ lines: String...) -> String {
    let answers = lines.map { "read request; printf '%s\\n' '\($0)' >&4" }
    return
      "exec 3<$BATCHWISE_FOLDER/requests 4>$BATCHWISE_FOLDER/replies <&3; "
      + answers.joined(separator: "; ") + "; read request"
  }

  private static let description = """
    {"protocol":1,"framework":"sh","samples":8,"precisions":["float64"],\
    "parameters":[{"name":"w","shape":[4,2],"type":"float64"}]}
    """

  @Test(
    arguments: [
      ("exit 3", "status 3"), ("exit 0", "does it call serve"), ("kill -9 $$", "signal 9"),
      ("no-such-program-anywhere", "status 127"),
      (answering("garbage"), "'garbage', which isn't the protocol's JSON"),
      (answering("[1,2]"), "isn't the protocol's JSON"),
      (answering(#"{"error":"no model"}"#), "the trainer says: no model"),
      (answering(#"{"protocol":2}"#), "speaks protocol 2"),
      (answering(#"{"protocol":1,"samples":0}"#), "no samples"),
      (
        answering(
          #"{"protocol":1,"samples":1152921504606846976,"precisions":["float64"],"parameters":[{"name":"w","shape":[2],"type":"f"}]}"#
        ), "more than 2⁴⁰"
      ),
      (
        answering(
          #"{"protocol":1,"samples":9,"precisions":["float16"],"parameters":[{"name":"w","shape":[2],"type":"f"}]}"#
        ), "known precisions"
      ),
      (answering(#"{"protocol":1,"samples":"many"}"#), "samples has another type"),
      (answering(description + "\nmore"), "more than one line"),
      ("(sleep 30) & exit 4", "before it answered"),
      (
        answering(
          #"{"protocol":1,"samples":9,"precisions":["float64"],"parameters":[{"name":"w","shape":[4611686018427387904,8],"type":"f"}]}"#
        ), "impossible shape"
      ),
      (
        answering(
          #"{"protocol":1,"samples":9,"precisions":["float64"],"parameters":[{"name":"w","shape":[-1],"type":"f"}]}"#
        ), "impossible shape"
      ),
      (
        answering(
          #"{"protocol":1,"samples":9,"precisions":["float64"],"parameters":[{"name":"w","shape":[2],"type":"f"},{"name":"w","shape":[2],"type":"f"}]}"#
        ), "two parameters of one name"
      ),
      (answering(description, #"{"updates":[]}"#), "0 updates instead of 1"),
      (answering(description, #"{"updates":[{"norm":1}]}"#), "there is no such file"),
      (answering(description, #"{"error":"no float64 here"}"#), "no float64 here"),
      (answering(description) + "; exit 5", "status 5"),
      ("head -c 20000000 /dev/zero | tr '\\0' x > $BATCHWISE_FOLDER/replies", "more than 16 MiB"),
    ])
  func `A program that doesn't answer rightly is told by one line`(
    script: String, expected: String
  ) throws {
    let line = try Self.failure(script)
    #expect(line.contains(expected), "\(line)")
    #expect(!line.contains("\n") && line.count < 600)
  }

  @Test func `A program that hangs is given up, and ended`() throws {
    let marker = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let line = try Self.failure("(sleep 30; touch \(marker.path)) & sleep 30", timeout: 0.5)
    #expect(line.contains("gave no answer for 0.5 s"))
    #expect(!FileManager.default.fileExists(atPath: marker.path))
  }

  @Test func `A hostile answer can't move the cursor`() throws {
    let line = try Self.failure(Self.answering(#"{"error":"\u001b[2Jgone\nnext"}"#))
    #expect(line.contains("gone next") && !line.contains("\u{1B}"))
  }

  @Test func `An interrupt ends the wait`() throws {
    let process = try TrainerProcess("sleep 30", timeout: 20, isInterrupted: { true })
    #expect(throws: TrainerFailure.self) { _ = try process.answer("{}") }
  }

  @Test func `The folder of the exchange is gone afterwards`() throws {
    let note = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    _ = try Self.failure("printf %s $BATCHWISE_FOLDER > \(note.path)")
    let folder = try String(contentsOf: note, encoding: .utf8)
    try FileManager.default.removeItem(at: note)
    #expect(!folder.isEmpty && !FileManager.default.fileExists(atPath: folder))
  }
}
