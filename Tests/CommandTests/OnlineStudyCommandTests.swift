import Foundation
import Testing

/// `batchwise study online` as a user runs it.
@Suite struct OnlineStudyCommandTests {
  private static let study = [
    "study", "online", "--data", "./data", "--models", "mlp:16-8-10,mlp:16-8-10+batchnorm",
    "--trials", "2", "--epochs", "1", "--output", "b",
  ]

  @Test func theStudyWritesItsThreeFiles() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try BatchwiseProcess(
      Self.study + ["--base-batch-size", "8", "--candidates", "8,2"], in: folder)
    #expect(run.status == 0)
    // A line for each job: two that take times, the trainings that `results.json` has, and for each
    // of two models and seven controlled arms a search over four rates.
    let count: Int = 2 + 2 * 2 * (12 + 7) + 2 * 7 * 4
    let lines = run.progress.map { line in String(line.prefix { $0 != " " }) }
    #expect(lines.count == count)
    #expect(Set(lines) == Set((1...count).map { "\($0)/\(count)" }))
    #expect(run.output.contains("b/report.html has the charts and the reasons."))
    #expect(run.output.contains("undecided: The forward pass tells which batch size is best"))
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    #expect(results["isComplete"] as? Bool == true)
    // Twelve arms, of which seven are controlled and have a rate of their own, too; and the times
    // of each model.
    let records: Int = 2 * 2 * (12 + 7) + 2
    #expect((results["records"] as? [Any])?.count == records)
    #expect((results["rows"] as? [Any])?.count == 2 * (12 + 7))
    let csv = try String(contentsOf: folder.file("b/results.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\r\n").count == 1 + 2 * (12 + 7))
    let page = try String(contentsOf: folder.file("b/report.html"), encoding: .utf8)
    #expect(page.contains("</html>"))
  }

  @Test(
    arguments: [
      (["--candidates", "8,3"], "a batch of 8 can't be cut into parts of 3: use divisors of 8", 1),
      (["--candidates", "8,8"], "--candidates '8,8' names something twice", 2),
      (["--candidates", "8,x"], "--candidates 'x': whole numbers from 1", 2),
      (["--base-batch-size", "0"], "--base-batch-size '0': a whole number from 1", 2),
      (
        ["--base-batch-size", "64"],
        "54 training images don't fill one base batch of 64: use more images", 1
      ),
      (["--candidates", "8,1"], "batch normalisation has no variance over one sample", 1),
      (["--models", "lenet"], "model lenet takes images of 28×28×1", 1),
      (["--models", "mlp:16-8-2"], "has 2 outputs but the data has 10 classes", 1),
    ])
  func itRejectsWhatItCannotRun(_ options: [String], _ problem: String, _ status: Int32) throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    var words = Self.study
    if let place = words.firstIndex(of: options[0]) { words.removeSubrange(place...place + 1) }
    if options[0] != "--base-batch-size" { words += ["--base-batch-size", "8"] }
    try BatchwiseProcess(words + options, in: folder).expectFailure(problem, status: status)
    #expect(!folder.exists("b/results.json"))
  }
}
