/// A duration.
package struct Seconds: Quantity {
  /// From picoseconds to seconds, with no prefix above.
  package static let unit = UnitNotation(symbol: "s", smallest: .pico, largest: .one)
  /// The number of seconds.
  package let value: Double
  /// Makes a duration from a number of seconds.
  package init(_ value: Double) { self.value = value }
}

/// An energy.
package struct Joules: Quantity {
  /// From picojoules to megajoules.
  package static let unit = UnitNotation(symbol: "J", smallest: .pico, largest: .mega)
  /// The number of joules.
  package let value: Double
  /// Makes an energy from a number of joules.
  package init(_ value: Double) { self.value = value }
}

/// A power.
package struct Watts: Quantity {
  /// From picowatts to megawatts.
  package static let unit = UnitNotation(symbol: "W", smallest: .pico, largest: .mega)
  /// The number of watts.
  package let value: Double
  /// Makes a power from a number of watts.
  package init(_ value: Double) { self.value = value }
}

/// A mass.
package struct Grams: Quantity {
  /// From picograms to kilograms.
  package static let unit = UnitNotation(symbol: "g", smallest: .pico, largest: .kilo)
  /// The number of grams.
  package let value: Double
  /// Makes a mass from a number of grams.
  package init(_ value: Double) { self.value = value }
}

/// A carbon intensity: the mass of CO₂-equivalent that one kilowatt-hour of electricity causes.
package struct GramsPerKilowattHour: Quantity {
  /// Written without prefixes.
  package static let unit = UnitNotation(symbol: "g/kWh", smallest: .one, largest: .one)
  /// The number of grams a kilowatt-hour.
  package let value: Double
  /// Makes a carbon intensity from a number of grams a kilowatt-hour.
  package init(_ value: Double) { self.value = value }
}

/// A rate of floating-point operations.
package struct OperationsPerSecond: Quantity {
  /// From FLOP/s to PFLOP/s.
  package static let unit = UnitNotation(symbol: "FLOP/s", smallest: .one, largest: .peta)
  /// The number of operations a second.
  package let value: Double
  /// Makes a rate from a number of operations a second.
  package init(_ value: Double) { self.value = value }
}

/// A rate of bytes that are moved; its prefixes are powers of ten.
package struct BytesPerSecond: Quantity {
  /// From B/s to PB/s.
  package static let unit = UnitNotation(symbol: "B/s", smallest: .one, largest: .peta)
  /// The number of bytes a second.
  package let value: Double
  /// Makes a rate from a number of bytes a second.
  package init(_ value: Double) { self.value = value }
}

extension Watts {
  /// The energy that a power spends in a time: 1 J = 1 W · 1 s.
  package static func * (power: Watts, time: Seconds) -> Joules {
    Joules(power.value * time.value)
  }
}

extension Joules {
  /// The energy of one kilowatt-hour: 1000 W · 3600 s.
  package static let kilowattHour = Watts(1000) * Seconds(3600)

  /// The mass of CO₂-equivalent that an energy causes, spent as electricity of an intensity.
  package static func * (energy: Joules, intensity: GramsPerKilowattHour) -> Grams {
    Grams(energy / kilowattHour * intensity.value)
  }
}
