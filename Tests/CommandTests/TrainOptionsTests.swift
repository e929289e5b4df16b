import CommandLineTools
import Testing
import TrainingCore

@testable import batchwise

@Suite struct TrainOptionsTests {
  private func configuration(
    _ words: String..., base: RunConfiguration? = nil
  ) throws -> RunConfiguration {
    try TrainOptions.configuration(
      Arguments(words[...], for: TrainCommand.command, of: "batchwise"), base: base)
  }

  @Test func `options that are not given have their documented defaults`() throws {
    let configuration = try configuration()
    #expect(configuration.model == (try ModelSpec(named: "mlp-1")))
    #expect(configuration.optimizer == .adam(AdamSpec()))
    #expect(configuration.schedule == LearningRateSchedule(base: 0.001))
    #expect(configuration.batchSize == 64)
    #expect(configuration.baseBatchSize == 64)
    #expect(configuration.scaling == .none)
    #expect(configuration.seed == 1)
    #expect(configuration.shuffles && !configuration.dropsLast && configuration.clipNorm == nil)
    #expect(try self.configuration("--optimizer", "sgd").schedule.base == 0.1)
    #expect(try self.configuration("--optimizer", "rmsprop").schedule.base == 0.001)
  }

  @Test func `every option of train changes the configuration`() throws {
    let configuration = try configuration(
      "--model", "mlp:16-8-10", "--batch-size", "7", "--micro-batch-size", "3",
      "--batch-size-schedule", "2:14,10:28", "--optimizer", "sgd", "--learning-rate", "0.3",
      "--momentum", "0.9", "--nesterov", "--weight-decay", "0.01", "--clip-norm", "5",
      "--schedule", "step:3:0.5", "--warm-up", "10", "--scale-learning-rate", "linear",
      "--base-batch-size", "14", "--drop-last", "--no-shuffle", "--seed", "18446744073709551615")
    var sgd = SGDSpec()
    sgd.momentum = 0.9
    sgd.nesterov = true
    sgd.weightDecay = 0.01
    #expect(configuration.model.name == "mlp:16-8-10")
    #expect(configuration.optimizer == .sgd(sgd))
    #expect(
      configuration.schedule
        == LearningRateSchedule(base: 0.3, warmUpSteps: 10, decay: .step(epochs: 3, factor: 0.5)))
    #expect(configuration.batchSize == 7 && configuration.microBatchSize == 3)
    #expect(configuration.scalingFactor == 0.5)
    #expect(configuration.clipNorm == 5)
    #expect([1, 2, 9, 10].map(configuration.batchSize(inEpoch:)) == [7, 14, 14, 28])
    #expect(configuration.dropsLast && !configuration.shuffles)
    #expect(configuration.seed == .max)
    // A run that goes on keeps what isn't repeated.
    #expect(try self.configuration(base: configuration) == configuration)
    #expect(try self.configuration("--seed", "3", base: configuration).seed == 3)
  }

  @Test func `each optimizer has its own options`() throws {
    let adamw = try configuration(
      "--optimizer", "adamw", "--beta1", "0.8", "--beta2", "0.99", "--epsilon", "1e-6")
    let spec = AdamSpec(beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.01)
    #expect(adamw.optimizer == .adamw(spec) && adamw.schedule.base == 0.001)
    // What isn't repeated is the checkpoint's.
    let again = try configuration("--weight-decay", "0.1", "--beta1", "0", base: adamw)
    #expect(
      again.optimizer
        == .adamw(AdamSpec(beta1: 0, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1)))
    #expect(
      try configuration("--beta2", "0.5", "--epsilon", "0.1").optimizer
        == .adam(AdamSpec(beta2: 0.5, epsilon: 0.1)))
    #expect(
      try configuration("--optimizer", "rmsprop", "--momentum", "0.5", "--epsilon", "1").optimizer
        == .rmsprop(RMSpropSpec(epsilon: 1, momentum: 0.5)))
  }

  @Test func `a decay to 0 spans the epochs that are asked for`() throws {
    func decay(_ words: String...) throws -> LearningRateSchedule.Decay {
      try TrainOptions.configuration(
        Arguments(words[...], for: TrainCommand.command, of: "batchwise")
      ).schedule.decay
    }
    #expect(try decay("--schedule", "cosine") == .cosine(epochs: 2))
    #expect(try decay("--schedule", "linear", "--epochs", "7") == .linear(epochs: 7))
    #expect(try decay("--schedule", "cosine:9", "--epochs", "7") == .cosine(epochs: 9))
  }

  /// Options of the loss go with the model, and one that is repeated keeps the other.
  @Test func `label smoothing and class weights are the model's`() throws {
    let words = ["--model", "mlp:16-3", "--class-weights", "1,0.5,2", "--label-smoothing", "0.1"]
    let configuration = try TrainOptions.configuration(
      Arguments(words[...], for: TrainCommand.command, of: "batchwise"))
    let spec = CrossEntropySpec(labelSmoothing: 0.1, classWeights: [1, 0.5, 2])
    #expect(configuration.model.crossEntropy == spec)
    #expect(try self.configuration(base: configuration) == configuration)
    #expect(try self.configuration("--model", "mlp:16-3", base: configuration) == configuration)
    let other = try self.configuration("--label-smoothing", "0.2", base: configuration)
    #expect(other.model.crossEntropy?.classWeights == [1, 0.5, 2])
    #expect(try self.configuration("--label-smoothing", "0").model.crossEntropy == nil)
  }

  @Test(arguments: [
    ("constant", LearningRateSchedule.Decay.constant),
    ("step:2:0.1", .step(epochs: 2, factor: 0.1)),
    ("plateau:0:1", .plateau(patience: 0, factor: 1, threshold: 1e-4)),
  ])
  func schedules(text: String, decay: LearningRateSchedule.Decay) throws {
    #expect(try configuration("--schedule", text).schedule.decay == decay)
  }

  @Test(arguments: [
    ["--schedule", "step"], ["--schedule", "step:0:0.5"], ["--schedule", "step:1:0"],
    ["--schedule", "step:1:2"], ["--schedule", "plateau:-1:0.5"], ["--schedule", "step:1:nan"],
    ["--schedule", "constant:1:0.5"], ["--schedule", ""], ["--seed", "-1"], ["--seed", "x"],
    ["--model", "mlp:16"], ["--clip-norm", "0"], ["--batch-size", "0"],
    ["--micro-batch-size", "0"],
    ["--batch-size-schedule", "10"], ["--batch-size-schedule", "0:8"],
    ["--batch-size-schedule", "2:8,2:16"], ["--batch-size-schedule", "3:8,2:16"],
    ["--batch-size-schedule", "2:0"], ["--batch-size-schedule", "2:8:1"],
    ["--batch-size", "8", "--micro-batch-size", "9"], ["--momentum", "1"],
    ["--momentum", "0.9"], ["--nesterov"], ["--nesterov", "--optimizer", "sgd"],
    ["--nesterov", "--optimizer", "rmsprop"], ["--optimizer", "adan"],
    ["--schedule", "cosine:0"], ["--schedule", "linear:x"], ["--schedule", "cosine:2:0.5"],
    ["--beta1", "1"], ["--beta2", "-0.1"], ["--epsilon", "0"], ["--epsilon", "nan"],
    ["--optimizer", "sgd", "--beta1", "0.5"], ["--optimizer", "sgd", "--epsilon", "0.1"],
    ["--optimizer", "rmsprop", "--beta2", "0.5"], ["--optimizer", "adamw", "--momentum", "0.9"],
    ["--label-smoothing", "1"], ["--label-smoothing", "-0.1"], ["--class-weights", "1,2"],
    ["--class-weights", "1,2,x,4,5,6,7,8,9,10"], ["--class-weights", "1,2,3,4,5,6,7,8,9,0"],
    ["--class-weights", "1,2,3,4,5,6,7,8,9,nan"], ["--class-weights", ""],
  ])
  func `options of train that make no sense are misuse`(words: [String]) {
    let error = #expect(throws: CommandError.self) {
      try TrainOptions.configuration(
        Arguments(words[...], for: TrainCommand.command, of: "batchwise"))
    }
    #expect(error?.status == 2)
  }
}
