import Testing

@testable import Verification

/// The checks on recorded loops, right and wrong.
@Suite struct RecordedLoopTests {
  @Test func `There are recordings of every fault, and of right loops`() throws {
    let expected = Set(try RecordedLoop.names.map { try RecordedLoop($0).expected })
    let wanted = Set(Diagnosis.allCases.map(\.rawValue)).union(["holds"])
    #expect(wanted.subtracting(expected).isEmpty)
  }

  @Test(arguments: RecordedLoop.names)
  func `A recorded loop comes out as its first line says`(name: String) throws {
    let loop = try RecordedLoop(name)
    let report = try loop.examine()
    let found = report.diagnosis.map(\.rawValue).joined(separator: ", ")
    #expect((found.isEmpty ? "holds" : found) == loop.expected)
    #expect(report.holds == (loop.expected == "holds"))
    #expect(report.advice.count == report.diagnosis.count)
    #expect(report.findings.contains { $0.verdict == .fails } == (loop.expected != "holds"))
  }

  @Test func `A mean of means is read off as thirds beside the parts' shares`() throws {
    let report = try RecordedLoop("mean_of_means").examine()
    let split = try #require(report.splits.first { $0.weights != nil })
    let (weights, shares) = (try #require(split.weights), try #require(split.expectedWeights))
    let tolerance = try #require(split.weightTolerance)
    for (index, size) in split.sizes.enumerated() {
      #expect(abs(weights[index] - 1 / 3) <= tolerance)
      #expect(abs(shares[index] - Double(size) / Double(RecordedLoop.batchSize)) <= tolerance)
    }
    #expect(tolerance <= (shares.min() ?? 0) / 16)
  }

  @Test func `Equal parts hide a mean of means, and the table says that they hold`() throws {
    let report = try RecordedLoop("mean_of_means").examine()
    let verdicts = report.findings.filter { $0.law.hasPrefix("split batch") }.map(\.verdict)
    #expect(verdicts == [.fails, .holds])
  }

  /// What the checks come to if the tensors of some answers are changed.
  private func report(
    _ change: @escaping (_ request: String, inout [String: [Double]]) -> Void
  ) throws -> LoopReport {
    let loop = try RecordedLoop("holds_weighted_means")
    loop.falsify = { request, _, tensors in change(request, &tensors) }
    return try loop.examine()
  }

  @Test func `A number that is none ends in a line, not in a verdict`() throws {
    #expect(throws: TrainerFailure.self) {
      _ = try report { request, tensors in
        for key in tensors.keys where key.hasPrefix("0/") { tensors[key]?[0] = .nan }
      }
    }
  }

  @Test func `A tensor of another length ends in a line`() throws {
    #expect(throws: TrainerFailure.self) {
      _ = try report { _, tensors in
        for key in tensors.keys { tensors[key]?.append(0) }
      }
    }
  }

  @Test func `An update that moves nothing is no proof of anything`() throws {
    let report = try report { _, tensors in
      for key in tensors.keys where !key.hasPrefix("weights") {
        tensors[key] = tensors[key]?.map { _ in 0 }
      }
    }
    #expect(!report.holds)
    #expect(report.findings.first?.verdict == .cannotTell)
  }
}
