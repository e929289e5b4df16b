import Foundation
import Testing

/// `batchwise noise-scale` as a user runs it.
@Suite struct NoiseScaleCommandTests {
  private static let command = ["noise-scale", "--data", "./data", "--model", "mlp:16-8-10"]

  private struct Report: Decodable {
    let noiseScale: Double
    let lower: Double
    let upper: Double
    let trace: Double
    let squaredGradient: Double
  }

  @Test func `noise-scale prints an estimate with its interval`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset(training: 2000).write(to: folder)
    let sizes = ["--small", "2", "--large", "8"]
    let run = try BatchwiseProcess(Self.command + sizes, in: folder)
    #expect(run.status == 0)
    #expect(run.output.contains("noise scale tr Σ/|G|²"))
    #expect(run.output.contains("225 batches of 8, each in parts of 2"))
    let json = try BatchwiseProcess(Self.command + sizes + ["--json"], in: folder)
    let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
    #expect(report.lower < report.noiseScale && report.noiseScale < report.upper)
    #expect(report.noiseScale == report.trace / report.squaredGradient)
  }

  @Test(
    arguments: [
      (["--small", "3", "--large", "8"], "a large batch of 8 isn't several small ones of 3", 1),
      (["--large", "64"], "54 images don't make 4 batches of 64: use more images", 1),
      (["--images", "20", "--large", "16", "--small", "4"], "20 images don't make 4 batches", 1),
      (["--small", "0"], "--small '0': a whole number from 1", 2),
      (["--checkpoint", "nowhere"], "nowhere", 1),
      (["--batch-size", "3"], "unknown option '--batch-size'", 2),
    ])
  func itSaysWhatItCannotDo(_ options: [String], _ problem: String, _ status: Int32) throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    try BatchwiseProcess(Self.command + options, in: folder)
      .expectFailure(problem, status: status)
  }
}
