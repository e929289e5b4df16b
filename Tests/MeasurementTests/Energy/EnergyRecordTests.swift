import Foundation
import PropertyTesting
import Testing

@testable import Measurement

extension Choices {
  /// An energy of any size from a nanojoule to a megajoule, or none at all.
  mutating func energy() -> Joules {
    Joules(Double(draw(upTo: 1 << 50)) * pick([1e-9, 1e-6, 1e-3]))
  }

  /// A record of any kind.
  mutating func energyRecord() throws -> EnergyRecord {
    let joules = energy()
    let share = Double(integer(in: 0...100)) / 100
    let figure: EnergyRecord.Figure = pick([
      .unavailable(reason: "no counter"), .measured(joules),
      .modelled(joules, band: try #require(EnergyBand(around: joules, share: share))),
    ])
    return EnergyRecord(
      figure, source: pick(["powercap", "model"]), domain: pick(["package-0", "psys"]),
      interval: Seconds(Double(draw(upTo: 1 << 40)) * 1e-9),
      overhead: Seconds(Double(draw(upTo: 1 << 30)) * 1e-9))
  }
}

@Suite struct EnergyRecordTests {
  private static let measured =
    #"{"domain":"package-0","interval":2,"joules":1.5,"overhead":0.25,"provenance":"measured","#
    + #""source":"powercap"}"#
  private static let modelled =
    #"{"band":{"lower":0.5,"upper":2.5},"domain":"processor","interval":2,"joules":1.5,"#
    + #""overhead":0,"provenance":"modelled","source":"16 W"}"#
  private static let unavailable =
    #"{"domain":"package-0","interval":2,"overhead":0,"provenance":"unavailable","#
    + #""reason":"permission denied","source":"powercap"}"#

  private func decode(_ json: String) throws -> EnergyRecord {
    try JSONDecoder().decode(EnergyRecord.self, from: Data(json.utf8))
  }

  @Test(arguments: [measured, modelled, unavailable])
  func theSchemaIsTheDocumentedOne(json: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(try decode(json)), as: UTF8.self) == json)
  }

  @Test(.tags(.property)) func whateverIsWrittenIsReadAgain() {
    forAll("a record is read as it was written") { choices in
      try choices.energyRecord()
    } failure: { record in
      let read = try JSONDecoder().decode(
        EnergyRecord.self, from: JSONEncoder().encode(record))
      return read == record ? nil : "read as \(read)"
    }
  }

  @Test(arguments: ["provenance", "joules", "source", "domain", "interval", "overhead"])
  func aMeasuredRecordLacksNothing(key: String) throws {
    try expectRefusal(of: Self.measured, without: key)
  }

  @Test(arguments: ["provenance", "joules", "band", "source"])
  func aModelledRecordHasItsBand(key: String) throws {
    try expectRefusal(of: Self.modelled, without: key)
  }

  @Test(arguments: ["provenance", "reason"])
  func anUnavailableRecordSaysWhy(key: String) throws {
    try expectRefusal(of: Self.unavailable, without: key)
  }

  private func expectRefusal(of json: String, without key: String) throws {
    var object = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object.removeValue(forKey: key) != nil)
    let data = try JSONSerialization.data(withJSONObject: object)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(EnergyRecord.self, from: data)
    }
  }

  @Test(arguments: [
    (measured, "1.5", "-1.5"), (measured, "2,", "-2,"), (measured, "0.25", "-0.25"),
    (measured, "measured", "rumoured"), (modelled, "\"lower\":0.5", "\"lower\":2"),
    (modelled, "\"lower\":0.5", "\"lower\":-1"), (modelled, "\"upper\":2.5", "\"upper\":0.1"),
    (unavailable, "\"overhead\"", "\"joules\":0,\"overhead\""),
  ])
  func whatCanBeNoEnergyIsRefused(json: String, part: String, replacement: String) throws {
    let changed = json.replacing(part, with: replacement)
    #expect(changed != json)
    #expect(throws: DecodingError.self) { try decode(changed) }
  }

  @Test func anUnavailableRecordHasNoJoules() throws {
    let record = try decode(Self.unavailable)
    #expect(record.joules == nil)
    #expect(record.figure == .unavailable(reason: "permission denied"))
    #expect(record.description == "package-0: unavailable (powercap: permission denied)")
  }

  @Test func figuresGoWithTheirProvenance() throws {
    let measured = try decode(Self.measured)
    #expect(measured.joules == Joules(1.5))
    #expect(measured.figure == .measured(Joules(1.5)))
    #expect(measured.description == "package-0: 1.50 J (measured: powercap)")
    let modelled = try decode(Self.modelled)
    #expect(modelled.joules == Joules(1.5) && modelled.source == "16 W")
    #expect(modelled.description == "processor: 1.50 J, 500 mJ to 2.50 J (modelled: 16 W)")
  }

  @Test(arguments: [-1, Double.nan, .infinity, -Double.infinity])
  func whatCanBeNoEnergyIsUnavailable(joules: Double) throws {
    let band = try #require(EnergyBand(lower: .zero, upper: Joules(1)))
    for figure in [.measured(Joules(joules)), .modelled(Joules(joules), band: band)]
      as [EnergyRecord.Figure]
    {
      let record = EnergyRecord(
        figure, source: "s", domain: "d", interval: Seconds(1), overhead: .zero)
      #expect(record.provenance == .unavailable)
      #expect(record.joules == nil)
    }
  }

  @Test func aModelledFigureIsInItsBand() throws {
    let band = try #require(EnergyBand(lower: Joules(1), upper: Joules(2)))
    let record = EnergyRecord(
      .modelled(Joules(3), band: band), source: "s", domain: "d", interval: Seconds(1),
      overhead: .zero)
    #expect(record.joules == nil)
  }

  @Test func bandsHaveTwoEndsInOrder() throws {
    let band = try #require(EnergyBand(around: Joules(2), share: 0.5))
    #expect(band == EnergyBand(lower: Joules(1), upper: Joules(3)))
    #expect(band.contains(Joules(1)) && band.contains(Joules(3)))
    #expect(!band.contains(Joules(0.5)) && !band.contains(Joules(3.5)))
    #expect(EnergyBand(around: Joules(2), share: -0.1) == nil)
    #expect(EnergyBand(around: Joules(2), share: 1.1) == nil)
    #expect(EnergyBand(around: Joules(-2), share: 0.1) == nil)
    #expect(EnergyBand(lower: Joules(2), upper: Joules(1)) == nil)
    #expect(EnergyBand(lower: Joules(.nan), upper: Joules(1)) == nil)
    #expect(EnergyBand(lower: Joules(1), upper: Joules(.infinity)) == nil)
  }
}
