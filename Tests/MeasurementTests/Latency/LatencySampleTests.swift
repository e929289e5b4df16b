import Foundation
import Statistics
import Testing
@testable import Measurement

private func sample(_ count: Int) -> LatencySample? {
  LatencySample(calls: (0..<count).map { Seconds(Double($0)) })
}

@Test func figuresComeOnlyFromEnoughCalls() throws {
  let five = try #require(sample(5))
  #expect(five.median == Seconds(2))
  #expect(five.figure(0.5) == nil)
  let many = try #require(sample(401))
  #expect(many.figure(0.9)?.time == Seconds(360))
  #expect(many.figure(0.99)?.time == Seconds(396))
  #expect(try #require(sample(367)).figure(0.99) == nil)
  // Ranks 2 and 9 of ten.
  #expect(
    try #require(sample(10)).figure(0.5)?.interval
      == Interval(lower: Seconds(1), upper: Seconds(8), level: 0.95))
}

@Test func aSampleIsEncodedAsItsCalls() throws {
  let calls = [Seconds(3), Seconds(1), Seconds(2)]
  let encoded = try JSONEncoder().encode(try #require(LatencySample(calls: calls)))
  #expect(String(decoding: encoded, as: UTF8.self) == "[3,1,2]")
  let decoded = try JSONDecoder().decode(LatencySample.self, from: encoded)
  #expect(decoded.calls == calls)
  #expect(decoded.median == Seconds(2))
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(LatencySample.self, from: Data("[]".utf8))
  }
}

@Test func noCallsAreNoSample() {
  #expect(LatencySample(calls: []) == nil)
  #expect(LatencySample(calls: [Seconds(.nan)]) == nil)
}
