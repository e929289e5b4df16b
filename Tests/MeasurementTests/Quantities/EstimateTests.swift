import Foundation
import Testing

@testable import Measurement

private let measured = Estimate<Seconds>.measured(Seconds(0.002))
private let modelled = Estimate<Seconds>.modelled(Seconds(0.002), model: "guess")
private let unavailable = Estimate<Seconds>.unavailable(reason: "no counter")

@Test func provenanceIsShownWhereverTheFigureIs() {
  #expect(measured.description == "2.00 ms")
  #expect(modelled.description == "2.00 ms (modelled: guess)")
  #expect(unavailable.description == "unavailable (no counter)")
}

@Test func anUnavailableFigureHasNoValue() {
  #expect(measured.value == Seconds(0.002))
  #expect(modelled.value == Seconds(0.002))
  #expect(unavailable.value == nil)
}

@Test func aModelOfAnythingIsModelledAndOfNothingUnavailable() {
  let double = { (time: Seconds) in time * 2 }
  #expect(measured.modelled(by: "two", double) == .modelled(Seconds(0.004), model: "two"))
  #expect(
    modelled.modelled(by: "two", double) == .modelled(Seconds(0.004), model: "two on guess"))
  #expect(modelled.modelled(by: "guess", double) == .modelled(Seconds(0.004), model: "guess"))
  #expect(unavailable.modelled(by: "two", double) == unavailable)
}

@Test(arguments: [
  (measured, #"{"provenance":"measured","value":0.002}"#),
  (modelled, #"{"model":"guess","provenance":"modelled","value":0.002}"#),
  (unavailable, #"{"provenance":"unavailable","reason":"no counter"}"#),
])
func provenanceTravelsWithTheFigure(estimate: Estimate<Seconds>, json: String) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  let encoded = try encoder.encode(estimate)
  #expect(String(decoding: encoded, as: UTF8.self) == json)
  #expect(try JSONDecoder().decode(Estimate<Seconds>.self, from: encoded) == estimate)
}

@Test(arguments: [
  #"{"provenance":"modelled","value":1}"#, #"{"provenance":"measured"}"#,
  #"{"provenance":"rumoured","value":1}"#, #"{"value":1}"#, #"{"provenance":"unavailable"}"#,
])
func aFigureWithoutItsProvenanceIsRefused(json: String) {
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(Estimate<Seconds>.self, from: Data(json.utf8))
  }
}
