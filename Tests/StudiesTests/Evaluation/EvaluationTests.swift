import Files
import Foundation
import Measurement
import ReferenceTraining
import Synchronization
import Testing
import TrainingCore
@testable import Studies

@Suite struct EvaluationTests {
  /// A counter that counts 14 joules whatever is done.
  private struct Counter: EnergySource, EnergyCount {
    let name = "counter"
    let longestStep: UInt64? = nil

    func start() -> any EnergyCount { self }
    func read() {}
    func stop() -> EnergyReport {
      EnergyReport(
        total: EnergyRecord(
          .measured(Joules(14)), source: name, domain: "package", interval: Seconds(1),
          overhead: .zero))
    }
  }

  private func evaluation(
    batchSize: Int, meter: EnergyMeter = EnergyMeter(sources: [Counter()])
  ) throws -> Evaluation {
    let spec = try ModelSpec(named: SmallStudy.model)
    let configuration = RunConfiguration(
      model: spec, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0),
      batchSize: 1, seed: 0)
    return try Evaluation(
      of: ScriptedTrainer(spec, name: 0, log: PassLog()), configuration, bytes: 321,
      on: SmallStudy.data.test,
      of: "made", batchSize: batchSize, seconds: Seconds(0), carbonIntensity: .published,
      meter: meter)
  }

  /// Test images 0 to 19: a sample's loss is its index, and class 1 is what is known.
  @Test(arguments: [1, 7, 20])
  func figuresComeFromTheRightPlaces(batchSize: Int) throws {
    let evaluation = try evaluation(batchSize: batchSize)
    let known = SmallStudy.data.test.labels.count { $0 == 1 }
    #expect(evaluation.model == SmallStudy.model)
    #expect(evaluation.bytes == 321)
    #expect(evaluation.cost.parameters == 67)
    #expect(evaluation.images == 20)
    #expect(evaluation.batchSize == batchSize)
    #expect(evaluation.loss == 9.5)
    #expect(known > 0 && evaluation.accuracy == Double(known) / 20)
    #expect(
      evaluation.secondsPerImage == evaluation.latency.perImage)
    #expect(evaluation.latency.batchSize == batchSize)
    #expect(evaluation.latency.copies.count == 4)
    #expect(evaluation.bytesInMemory == 4 * 67)
    #expect(evaluation.layers.reduce(0) { $0 + $1.parameters } == 67)
    let calls = evaluation.latency.copies.flatMap(\.calls)
    #expect(evaluation.calls.sample.calls == calls)
    #expect(evaluation.calls.batchSize == batchSize)
    let published = try #require(evaluation.publishedEnergy.value)
    #expect(published.value == 16 * evaluation.secondsPerImage.value)
    guard case .modelled = evaluation.publishedEnergy, case .modelled = evaluation.carbon else {
      Issue.record("the text's energy and carbon are modelled")
      return
    }
  }

  /// Without any time there is one pass, whose images share what the counter counted.
  @Test(arguments: [1, 7])
  func anImagesEnergyIsItsShare(batchSize: Int) throws {
    let evaluation = try evaluation(batchSize: batchSize)
    let joules = Joules(14 / Double(batchSize))
    #expect(evaluation.energy.figure == .measured(joules))
    #expect(evaluation.carbonIntensity == .published)
    #expect(evaluation.carbon.value == joules * GramsPerKilowattHour(713))
  }

  #if !os(macOS)
    @Test func aModelledEnergySaysWhyItIsNotMeasured() throws {
      let folder = NSTemporaryDirectory() + "/batchwise-\(UUID().uuidString)"
      let meter = EnergyMeter(powercapRoot: folder, others: { { false } })
      let evaluation = try evaluation(batchSize: 7, meter: meter)
      #expect(evaluation.energy.provenance == .modelled)
      #expect(evaluation.energyObstacle == "powercap: there is no \(folder)")
      #expect(try self.evaluation(batchSize: 7).energyObstacle == nil)
    }

    /// While others take the processors, it tries again, and in the end has no figure but a reason.
    @Test(arguments: [0, 1, 4, 5])
    func whileOthersTakeTheProcessorsThereIsNoBand(disturbances: Int) throws {
      let disturbed = Mutex(0)
      let meter = EnergyMeter(powercapRoot: "/nowhere") {
        {
          disturbed.withLock { count in
            count += 1
            return count <= disturbances
          }
        }
      }
      let evaluation = try evaluation(batchSize: 7, meter: meter)
      #expect(disturbed.withLock { $0 } == min(disturbances + 1, 5))
      #expect((evaluation.energy.joules != nil) == (disturbances < 5))
      #expect((evaluation.energy.band != nil) == (disturbances < 5))
      #expect((evaluation.carbon.value != nil) == (disturbances < 5))
      #expect(
        evaluation.energyObstacle?.contains("other programs took the processors")
          == (disturbances == 5))
    }
  #endif

  @Test func survivesJSON() throws {
    let evaluation = try evaluation(batchSize: 7)
    let data = try encodedJSON(evaluation)
    let decoded = try JSONDecoder().decode(Evaluation.self, from: data)
    #expect(try encodedJSON(decoded) == data)
    #expect(decoded.latency == evaluation.latency)
  }
}
