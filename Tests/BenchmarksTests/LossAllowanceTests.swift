import CommandLineTools
import Foundation
import ReferenceTraining
import Testing
import TrainingCore

@testable import benchmarks

@Suite struct LossAllowanceTests {
  private let images: Examples

  init() throws { images = try Workload.images() }

  private func workload(
    _ optimizer: OptimizerSpec, model: String = "mlp:784-32-10"
  ) throws -> Workload {
    try Workload(
      model: ModelSpec(named: model), optimizer: optimizer, batchSize: 16, images: images)
  }

  /// The reference's losses, with the learning rate times a factor, and with another seed's masks.
  private func losses(
    _ workload: Workload, rateFactor: Double = 1, maskSeed: UInt64? = nil
  ) throws -> [Double] {
    var configuration = workload.configuration
    let state = ModelState.initial(
      model: workload.model, optimizer: workload.optimizer, seed: configuration.seed)
    configuration.seed = maskSeed ?? configuration.seed
    var trainer = try ReferenceTrainer<Float>(configuration, state: state)
    return (0..<4).map { step in
      trainer.train(
        on: workload.plan[step], of: workload.examples, epoch: 0,
        learningRate: workload.learningRate * rateFactor
      ).loss.mean
    }
  }

  /// A run that is reordered wrongly would make the allowance so wide that any rate is accepted.
  ///
  /// Adam isn't asked about models with batch normalisation, where rounding is all that some gradients
  /// consist of, which Adam makes steps of full size.
  @Test(arguments: [
    ("mlp:784-32-10", OptimizerSpec.sgd(SGDSpec())), ("mlp:784-32-10", .adam(AdamSpec())),
    ("mlp:784-32-16-10+tanh+batchnorm+dropout0.5", .sgd(SGDSpec())),
    ("lenet", .sgd(SGDSpec())), ("mobilenet-v2-tiny", .sgd(SGDSpec())),
  ])
  func `the allowance accepts another order of summation, and no other learning rate`(
    model: String, optimizer: OptimizerSpec
  ) throws {
    let workload = try workload(optimizer, model: model)
    let allowance = try LossAllowance(workload, steps: 4)
    #expect(allowance.firstViolation(in: try losses(workload)) == nil)
    // The first loss doesn't depend on the rate.
    let other = try losses(workload, rateFactor: 1 + 0x1p-8)
    let violation = try #require(allowance.firstViolation(in: other))
    #expect(violation > 0)
  }

  @Test func `masks of another seed are violations`() throws {
    let workload = try workload(.sgd(SGDSpec()), model: "mlp:784-32-10+dropout0.5")
    let allowance = try LossAllowance(workload, steps: 4)
    #expect(allowance.firstViolation(in: try losses(workload)) == nil)
    #expect(allowance.firstViolation(in: try losses(workload, maskSeed: 2)) == 0)
  }

  @Test func `losses that are missing or not numbers are violations`() throws {
    let workload = try workload(.sgd(SGDSpec()))
    let allowance = try LossAllowance(workload, steps: 2)
    let good = Array(try losses(workload).prefix(2))
    #expect(allowance.firstViolation(in: good) == nil)
    #expect(allowance.firstViolation(in: [good[0], .nan]) == 1)
    #expect(allowance.firstViolation(in: [good[0]]) == 1)
    #expect(allowance.firstViolation(in: good + [1]) == 2)
  }

  @Test func `the allowance is positive and never shrinks from step to step`() throws {
    let allowance = try LossAllowance(try workload(.sgd(SGDSpec())), steps: 4)
    #expect(allowance.allowance.allSatisfy { $0 > 0 })
    #expect(allowance.allowance == allowance.allowance.sorted())
  }

  /// What the run in `Double` costs decides how much of the work is checked: four steps at most, two
  /// at least, and of smaller batches where these are too long.
  @Test(arguments: [
    (256, 1_000_000, 256, 4), (16, 1_000_000_000, 16, 2), (10, 1_000_000_000, 10, 4),
    (64, 4_000_000_000, 5, 2), (64, 40_000_000_000, 2, 2), (1, 40_000_000_000, 1, 2),
  ])
  func `large models are checked on fewer images`(
    batchSize: Int, operations: Int, checked: Int, steps: Int
  ) {
    let extent = LossCheck.extent(batchSize: batchSize, operationsPerImage: operations)
    #expect(extent == (checked, steps))
  }

  @Test func `a peer with other losses is a failure that says which`() throws {
    let workload = try workload(.sgd(SGDSpec()))
    let check = try LossCheck(workload, images: images)
    let good = try losses(workload)
    let peer = try Peer(
      ScriptedChannel("{\"losses\":\(good)}", "{\"losses\":\([good[0], good[1] + 0.001, 2, 2])}"))
    try check.verify(peer, "plain")
    let error = #expect(throws: CommandError.self) { try check.verify(peer, "plain") }
    #expect(error?.status == 1)
    let start = "Fake (plain), mlp:784-32-10, sgd, batch 16: its loss before step 2 is "
    #expect(error?.description.hasPrefix(start) == true, "\(String(describing: error))")
  }
}
