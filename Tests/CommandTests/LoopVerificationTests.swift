import CommandLineTools
import Files
import Foundation
import Testing
@testable import Verification
@testable import batchwise

/// `batchwise verify --trainer` and `batchwise adapter` as a user runs them.
@Suite struct LoopVerificationTests {
  private func run(_ arguments: [String]) throws -> BatchwiseProcess {
    try BatchwiseProcess(arguments, in: TemporaryFolder())
  }

  @Test(arguments: ["pytorch", "jax"])
  func `The adapter is printed as it is in the sources`(framework: String) throws {
    let run = try run(["adapter", framework])
    #expect(run.status == 0 && run.errors == "")
    let source = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/batchwise/Adapters/batchwise_\(framework).py")
    #expect(run.output == (try String(contentsOf: source, encoding: .utf8)))
    #expect(run.output.contains("def serve("))
  }

  @Test func `There is no adapter of another name`() throws {
    let run = try run(["adapter", "tensorflow"])
    #expect(run.status == 2)
    #expect(run.errors.contains("use pytorch or jax"))
  }

  @Test(
    arguments: [
      ([], "a command expected"), (["--model", "mlp-1"], "leave out --model"),
      (["--engine", "reference"], "leave out --engine"),
      (["--timeout", "0"], "--timeout '0'"), (["--limit", "1"], "--limit '1'"),
      (["--batch-size", "0"], "--batch-size '0'"), (["--accept", "all"], "--accept 'all'"),
    ])
  func `Options that don't go with a trainer are misuse`(
    options: [String], expected: String
  ) throws {
    let run = try run(["verify", "--trainer", options == [] ? " " : "exit 0"] + options)
    #expect(run.status == 2)
    #expect(run.errors.contains(expected), "\(run.errors)")
  }

  @Test(arguments: ["--timeout", "--limit", "--accept"])
  func `Options of a trainer need one`(option: String) throws {
    let run = try run(["verify", option, "10"])
    #expect(run.status == 2)
    #expect(run.errors.contains("--trainer"), "\(run.errors)")
  }

  @Test func `A program that doesn't answer is a failure in one line`() throws {
    let run = try run(["verify", "--trainer", "echo hello; exit 3"])
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.contains("hello\n"))
    #expect(run.errors.contains("ended with status 3 before it answered"), "\(run.errors)")
  }

  /// A shell script that answers as a recorded loop did, one answer after the other.
  private func replay(_ name: String, in folder: TemporaryFolder) throws -> String {
    struct Exchange: Decodable {
      let answer: String
      let tensors: [String: [Double]]?
    }
    let recording = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Benchmarks/Peers/recordings/loops/\(name).jsonl")
    let lines = try String(contentsOf: recording, encoding: .utf8).split(separator: "\n")
    for (number, line) in lines.dropFirst().enumerated() {
      let exchange = try JSONDecoder().decode(Exchange.self, from: Data(line.utf8))
      try Data((exchange.answer + "\n").utf8).write(to: folder.url.appending(path: "\(number)"))
      var file = Safetensors()
      for (name, values) in exchange.tensors ?? [:] {
        let bytes = values.flatMap { value in
          withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
        file.entries[name] = .init(type: "F64", shape: [values.count], bytes: Data(bytes))
      }
      try file.encoded().write(to: folder.url.appending(path: "\(number).safetensors"))
    }
    return """
      n=0; exec 3<$BATCHWISE_FOLDER/requests 4>$BATCHWISE_FOLDER/replies
      while read -r line <&3; do
        case "$line" in *'"end"'*) exit;; esac
        cp $n.safetensors $BATCHWISE_FOLDER/vectors.safetensors; cat $n >&4; n=$((n+1))
      done
      """
  }

  @Test(
    arguments: [
      ("holds_weighted_means", 0, "Verdict: splits its batches rightly."),
      ("mean_of_means", 1, "Verdict: mean-of-means."),
      ("batch_norm", 1, "Verdict: coupled-samples."),
    ])
  func `A loop in another process gets its verdict, and the exit status with it`(
    name: String, status: Int32, expected: String
  ) throws {
    let folder = try TemporaryFolder()
    let options = [
      "verify", "--trainer", try replay(name, in: folder), "--batch-size", "24", "--limit", "6",
    ]
    let table = try BatchwiseProcess(options, in: folder)
    #expect(table.status == status, "\(table.errors)")
    #expect(table.output.contains(expected), "\(table.output)")
    let json = try BatchwiseProcess(options + ["--json"], in: folder)
    #expect(json.status == status)
    let report = try JSONDecoder().decode(LoopReport.self, from: Data(json.output.utf8))
    #expect(report.holds == (status == 0))
    #expect(report.diagnosis.allSatisfy { expected.contains($0.rawValue) })
  }

  @Test(
    arguments: [
      ("dropout", "random-per-pass", 0), ("dropout", "wrong-gradient", 1),
      ("wrong_backward", "wrong-gradient,random-per-pass", 0), ("batch_norm", "coupled-samples", 0),
      ("mean_of_means", "random-per-pass", 1), ("system_random", "nondeterministic", 1),
    ])
  func `A diagnosis that is accepted is no failure, others are`(
    name: String, accepted: String, status: Int32
  ) throws {
    let folder = try TemporaryFolder()
    let run = try BatchwiseProcess(
      [
        "verify", "--trainer", try replay(name, in: folder), "--batch-size", "24", "--limit", "6",
        "--accept", accepted,
      ], in: folder)
    #expect(run.status == status, "\(run.errors)")
  }

  @Test func `The adapters lie where a program's import finds them`() throws {
    let run = try run([
      "verify", "--trainer",
      "ls $BATCHWISE_FOLDER; echo :$PYTHONPATH: | grep -c $BATCHWISE_FOLDER:",
    ])
    #expect(run.errors.contains("batchwise_jax.py\nbatchwise_pytorch.py"), "\(run.errors)")
    #expect(run.errors.contains("\n1\n"))
  }

  @Test func `A report fits a terminal and says what to change`() {
    var report = LoopReport(
      framework: "PyTorch 2.13.0", samples: 1000, parameters: 10, parametersRead: 4,
      optimizer: "AdamW", batchSize: 120, precision: "float64")
    report.findings = [
      Finding(
        law: "split batch, 60 + 36 + 24", promise: "the parts' gradient is the whole batch's",
        measured: "differs by 0.185 of it", verdict: .fails, explanation: "an article")
    ]
    report.diagnosis = [.meanOfMeans]
    report.advice = ["Micro-batches count 1/3 each. Weight each by its share of the samples."]
    report.noiseScale = 187
    let text = LoopVerification.text(report, "python3 a.py", seconds: 3.2)
    for part in [
      "python3 a.py: PyTorch 2.13.0, AdamW", "10 parameters (4 of them read)",
      "a batch of 120 of 1000 samples", "60 + 36 + 24", "fails", "Diagnosis: mean-of-means. Micro",
      "about 190 samples",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!report.holds)
  }
}
