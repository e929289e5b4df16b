import Foundation
import Statistics
import Testing
@testable import Measurement

@Suite struct LatencySummaryTests {
  private func summary(_ count: Int, batchSize: Int = 4) throws -> LatencySummary {
    let calls = (1...count).map { Seconds(Double($0)) }
    return LatencySummary(
      try #require(LatencySample(calls: calls)), batchSize: batchSize, clockCost: Seconds(0.5))
  }

  @Test func aPercentileThatTheCallsCannotSupportIsNotPrinted() throws {
    let five = try summary(5)
    #expect([five.median, five.percentile90, five.percentile99] == [nil, nil, nil])
    #expect(five.percentile99.text == "–")
    #expect(try summary(6).median != nil)
    #expect(try summary(35).percentile90 == nil)
    #expect(try summary(36).percentile90 != nil)
    #expect(try summary(367).percentile99.text == "–")
    #expect(try summary(368).percentile99 != nil)
  }

  /// Ranks 2 and 9 of ten.
  @Test func figuresCarryTheirIntervals() throws {
    let ten = try summary(10)
    let interval = Interval(lower: Seconds(2), upper: Seconds(9), level: 0.95)
    #expect(ten.median == LatencyFigure(time: Seconds(5.5), interval: interval))
    #expect(ten.median.text == "5.50 s (2.00 s to 9.00 s)")
    #expect(ten.perImage(ten.median).text == "1.38 s (500 ms to 2.25 s)")
    #expect(ten.perImage(nil) == nil)
    #expect(ten.clockShare == 0.5 / 5.5)
  }

  @Test func theSchemaIsTheDocumentedOne() throws {
    let ten = try summary(10)
    let data = try JSONEncoder().encode(ten)
    #expect(try JSONDecoder().decode(LatencySummary.self, from: data) == ten)
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(Set(object.keys) == ["batchSize", "clockCost", "calls", "median"])
    let median = try #require(object["median"] as? [String: Any])
    #expect(Set(median.keys) == ["time", "interval"])
    let all = try JSONEncoder().encode(summary(400))
    let more = try #require(JSONSerialization.jsonObject(with: all) as? [String: Any])
    #expect(Set(more.keys).subtracting(object.keys) == ["percentile90", "percentile99"])
  }

  @Test(arguments: [
    #"{"batchSize":0,"clockCost":1,"calls":[1]}"#, #"{"batchSize":1,"clockCost":1,"calls":[]}"#,
    #"{"batchSize":1,"calls":[1]}"#, #"{"clockCost":1,"calls":[1]}"#,
  ])
  func whatIsUnusableIsRefused(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(LatencySummary.self, from: Data(json.utf8))
    }
  }
}
