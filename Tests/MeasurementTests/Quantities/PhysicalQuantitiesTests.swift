import Foundation
import Testing

@testable import Measurement

@Test func powerTimesTimeIsEnergy() {
  #expect(Watts(16) * Seconds(0.25) == Joules(4))
  #expect(Joules.kilowattHour == Joules(3_600_000))
}

@Test func oneKilowattHourCausesItsIntensity() {
  #expect(Joules.kilowattHour * GramsPerKilowattHour(713) == Grams(713))
  #expect(Joules(1_800_000) * GramsPerKilowattHour(500) == Grams(250))
}

@Test func quantitiesOfOneUnitAddCompareAndDivide() {
  #expect(Watts(3) + Watts(13) == Watts(16))
  #expect(Watts(3) - Watts(13) == Watts(-10))
  #expect(Grams(3) * 2 == Grams(6))
  #expect(Grams(3) / 2 == Grams(1.5))
  let ratio: Double = Seconds(3) / Seconds(2)
  #expect(ratio == 1.5)
  #expect(Seconds(1) < Seconds(2))
  #expect(Seconds.zero == Seconds(0))
}

@Test func quantitiesEncodeAsPlainNumbers() throws {
  let encoded = try JSONEncoder().encode([Seconds(0.25), Seconds(-3)])
  #expect(String(decoding: encoded, as: UTF8.self) == "[0.25,-3]")
  #expect(try JSONDecoder().decode([Seconds].self, from: encoded) == [Seconds(0.25), Seconds(-3)])
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode([Grams].self, from: Data(#"["75 ng"]"#.utf8))
  }
}

@Test func everyUnitHasItsSymbol() {
  #expect(Joules(1500).description == "1.50 kJ")
  #expect(Watts(16).description == "16.0 W")
  #expect(Grams(2500).description == "2.50 kg")
  #expect(Grams(2.5e6).description == "2500 kg")
  #expect(OperationsPerSecond(2.68e11).description == "268 GFLOP/s")
  #expect(BytesPerSecond(1.14e11).description == "114 GB/s")
}
