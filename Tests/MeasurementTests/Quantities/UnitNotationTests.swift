import Foundation
import PropertyTesting
import Testing

@testable import Measurement

@Test(arguments: [
  (7.54e-8, "75.4 ns"), (7.54e-5, "75.4 µs"), (0.0754, "75.4 ms"), (75.4, "75.4 s"),
  (7.54e-11, "75.4 ps"), (1e-6, "1.00 µs"), (1e-9, "1.00 ns"), (1, "1.00 s"),
  // Rounding comes before the choice of the prefix.
  (9.994e-4, "999 µs"), (9.996e-4, "1.00 ms"), (0.9994, "999 ms"), (0.9996, "1.00 s"),
  // Beyond the prefixes.
  (754, "754 s"), (7540, "7540 s"), (7.54e-14, "0.0754 ps"), (7.54e-13, "0.754 ps"),
  (0, "0 s"), (-2.5e-3, "-2.50 ms"), (.infinity, "inf s"), (.nan, "nan s"),
])
func threeDigitsTakeThePrefixThatFits(seconds: Double, text: String) {
  #expect(Seconds(seconds).description == text)
}

@Test(arguments: [
  (0, "200 µs"), (1, "200 µs"), (2, "240 µs"), (3, "238 µs"), (4, "238.1 µs"), (6, "238.125 µs"),
])
func digitsAreKeptAsAsked(digits: Int, text: String) {
  // 0.000238125 is not a Double, but lies well inside each rounding.
  #expect(Seconds(2.38125e-4).formatted(significantDigits: digits) == text)
}

@Test func everyPrefixStandsForItsOwnPowerOfAThousand() {
  let everything = UnitNotation(symbol: "x", smallest: .pico, largest: .peta)
  let symbols = ["p", "n", "µ", "m", "", "k", "M", "G", "T", "P"]
  let powers = [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9, 1e12, 1e15]
  for (symbol, power) in zip(symbols, powers) {
    #expect(everything.format(2 * power, significantDigits: 1) == "2 \(symbol)x")
  }
  #expect(everything.format(5e19, significantDigits: 2) == "50000 Px")
}

@Test func unitsWithoutPrefixesStayAsTheyAre() {
  #expect(GramsPerKilowattHour(713).description == "713 g/kWh")
  #expect(GramsPerKilowattHour(0.05).description == "0.0500 g/kWh")
  #expect(GramsPerKilowattHour(1204).formatted(significantDigits: 4) == "1204 g/kWh")
}

/// A microgram can't pass for a nanogram: the prefix and the digits are the number again.
@Test(.tags(.property)) func whatIsWrittenIsTheNumberRounded() {
  let powers = ["p": -12, "n": -9, "µ": -6, "m": -3, "": 0, "k": 3, "M": 6]
  forAll("a quantity is written with the prefix of its size", cases: 500) { choices in
    let power = choices.integer(in: -14...8)
    let value = Double(choices.integer(in: 1...99_999)) * pow(10, Double(power))
    return (value, choices.integer(in: 1...6))
  } failure: { (value, digits) in
    for (text, symbol, largest) in [
      (Grams(value).formatted(significantDigits: digits), "g", 3),
      (Joules(value).formatted(significantDigits: digits), "J", 6),
      (Watts(value).formatted(significantDigits: digits), "W", 6),
      (Seconds(value).formatted(significantDigits: digits), "s", 0),
    ] {
      let words = text.split(separator: " ")
      guard words.count == 2, words[1].hasSuffix(symbol),
        let power = powers[String(words[1].dropLast())], let number = Double(words[0])
      else { return text }
      let rounded = Double(String(format: "%.\(digits - 1)e", value))
      guard Double("\(words[0])e\(power)") == rounded else { return "\(text) for \(value)" }
      // One to three digits before the point, but at the ends of the scale.
      guard (1..<1000).contains(number) || power == -12 && number < 1 || power == largest else {
        return text
      }
    }
    return nil
  }
}
