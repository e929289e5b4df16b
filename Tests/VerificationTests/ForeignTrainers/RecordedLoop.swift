import Foundation
import Testing

@testable import Verification

/// What a training loop in PyTorch or JAX answered once, by request.
///
/// `Benchmarks/Peers/record_loops.py` makes the recordings. A request that isn't among them means
/// that the checks ask something new, and that the recordings have to be made again.
final class RecordedLoop: TrainerChannel {
  /// The verdict in the loop's first line.
  let expected: String
  /// Changes an answer's line and its tensors, to see what a false answer comes to.
  var falsify: (_ request: String, inout String, inout [String: [Double]]) -> Void = { _, _, _ in }
  /// By request: one that was asked twice has two answers, which differ where a loop isn't repeatable.
  private var answers: [String: [Exchange]] = [:]
  private var latest: [String: [Double]] = [:]

  private struct Heading: Decodable {
    let loop: String
    let expected: String
  }

  private struct Exchange: Decodable {
    let request: String
    let answer: String
    let tensors: [String: [Double?]]?
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Benchmarks/Peers/recordings/loops").standardizedFileURL

  /// The names of all recordings.
  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.sorted()
  }

  init(_ name: String) throws {
    let text = try String(
      contentsOf: Self.folder.appending(path: "\(name).jsonl"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { Data($0.utf8) }
    expected = try JSONDecoder().decode(Heading.self, from: lines[0]).expected
    for line in lines.dropFirst() {
      let exchange = try JSONDecoder().decode(Exchange.self, from: line)
      answers[exchange.request, default: []].append(exchange)
    }
  }

  /// Runs the checks as they were run for the recording.
  func examine() throws -> LoopReport {
    try LoopExamination(self, batchSize: Self.batchSize, limit: 6).examine()
  }

  /// Samples of a recording's batch.
  static let batchSize = 24

  func answer(_ line: String) throws(TrainerFailure) -> String {
    guard let exchange = answers[line]?.first else {
      throw TrainerFailure("no recording answers \(line.prefix(300)): record the loops again")
    }
    if answers[line, default: []].count > 1 { answers[line]?.removeFirst() }
    var answer = exchange.answer
    latest = (exchange.tensors ?? [:]).mapValues { $0.map { $0 ?? .nan } }
    falsify(line, &answer, &latest)
    return answer
  }

  func tensors(in file: String) throws(TrainerFailure) -> [String: [Double]] { latest }
}
