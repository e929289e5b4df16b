import ReferenceTraining
import Testing
import TrainingCore

@testable import benchmarks

@Suite struct LossAllowanceTests {
  private let images: Examples

  init() throws { images = try Workload.images() }

  private func workload(_ optimizer: OptimizerSpec) throws -> Workload {
    try Workload(
      model: ModelSpec(named: "mlp:784-32-10"), optimizer: optimizer, batchSize: 16,
      images: images)
  }

  /// The reference's losses, with the learning rate times a factor.
  private func losses(_ workload: Workload, rateFactor: Double = 1) throws -> [Double] {
    var trainer = try ReferenceTrainer<Float>(workload.configuration)
    return (0..<4).map { step in
      trainer.train(
        on: workload.plan[step], of: workload.examples, epoch: 0,
        learningRate: workload.learningRate * rateFactor
      ).loss.mean
    }
  }

  @Test(arguments: [OptimizerSpec.sgd(SGDSpec()), .adam(AdamSpec())])
  func `the allowance accepts another order of summation, and no other learning rate`(
    optimizer: OptimizerSpec
  ) throws {
    let workload = try workload(optimizer)
    let allowance = try LossAllowance(workload, steps: 4)
    #expect(allowance.firstViolation(in: try losses(workload)) == nil)
    // The first loss doesn't depend on the rate.
    let other = try losses(workload, rateFactor: 1 + 0x1p-8)
    let violation = try #require(allowance.firstViolation(in: other))
    #expect(violation > 0)
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
}
