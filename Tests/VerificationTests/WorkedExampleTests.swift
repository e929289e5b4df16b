import Foundation
import PropertyTesting
import Testing
import TrainingCore
import Verification

/// A trainer of one's own: one dense layer and a softmax, by plain gradient descent in `Double`.
struct SoftmaxRegression: SteppingTrainer {
  let model: ModelSpec
  private(set) var state: ModelState
  private var sums: [[Double]]
  var steps: Int { state.steps }

  init(_ configuration: RunConfiguration, state: ModelState?, threads: Int?) {
    model = configuration.model
    self.state =
      state ?? .initial(model: model, optimizer: configuration.optimizer, seed: configuration.seed)
    sums = self.state.parameters.map { $0.values.map { _ in 0 } }
  }

  mutating func accumulateGradient(of batch: Batch) -> Tally {
    var tally = Tally()
    let (weight, bias) = (state.parameters[0].values, state.parameters[1].values)
    let (inputs, classes) = (model.input.count, bias.count)
    for (n, label) in batch.labels.enumerated() {
      let x = batch.inputs[n * inputs..<(n + 1) * inputs].map(Double.init)
      let logits = (0..<classes).map { o in
        (0..<inputs).reduce(Double(bias[o])) { $0 + x[$1] * Double(weight[$1 * classes + o]) }
      }
      let largest = logits.max() ?? 0
      let total = logits.reduce(0) { $0 + exp($1 - largest) }
      tally.add(
        loss: log(total) - (logits[Int(label)] - largest),
        isCorrect: logits[Int(label)] == largest)
      for o in 0..<classes {
        let g = exp(logits[o] - largest) / total - (o == Int(label) ? 1 : 0)
        for i in 0..<inputs { sums[0][i * classes + o] += x[i] * g }
        sums[1][o] += g
      }
    }
    return tally
  }

  var gradient: [Tensor] {
    zip(state.parameters, sums).map {
      Tensor(name: $0.name, shape: $0.shape, values: $1.map { Float($0) })
    }
  }

  mutating func step(learningRate: Double, batchSize: Int) {
    for tensor in sums.indices {
      for index in sums[tensor].indices {
        state.parameters[tensor].values[index] -=
          Float(learningRate * sums[tensor][index] / Double(batchSize))
        sums[tensor][index] = 0
      }
    }
    state.steps += 1
  }
}

/// The laws on it: it promises no bits, and keeps every law within the rounding bound.
@Suite struct WorkedExampleTests {
  @Test func theLawsHoldForATrainerOfOnesOwn() throws {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: "mlp:20-5"), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.1), batchSize: 32, seed: 1)
    let subject = Subject(
      configuration, examples: .random(32, for: configuration.model), batch: Array(0..<32),
      splits: [Split(sizes: [16, 16]), Split(sizes: [10, 22])])
    let findings = try Laws.findings(subject, of: SoftmaxRegression.self)
    for finding in findings where finding.verdict == .fails {
      Issue.record("\(finding.law): \(finding.measured)")
    }
    #expect(findings.count { $0.verdict == .holds } >= 10)
  }

  @Test func `CONTRIBUTING quotes this file`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appending(path: "../../CONTRIBUTING.md"), encoding: .utf8)
    let own = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let blocks = text.components(separatedBy: "```swift\n").dropFirst()
    let quoted = try #require(blocks.first).components(separatedBy: "```")[0]
    let lines = Set(own.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    for line in quoted.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      #expect(line.isEmpty || lines.contains(line), "\(line)")
    }
  }
}
