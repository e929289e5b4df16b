/// A duration.
package struct Seconds: Quantity {
  package static let unit = UnitNotation(symbol: "s", smallest: .pico, largest: .one)
  package let value: Double
  package init(_ value: Double) { self.value = value }
}

/// An energy.
package struct Joules: Quantity {
  package static let unit = UnitNotation(symbol: "J", smallest: .pico, largest: .mega)
  package let value: Double
  package init(_ value: Double) { self.value = value }
}

/// A power.
package struct Watts: Quantity {
  package static let unit = UnitNotation(symbol: "W", smallest: .pico, largest: .mega)
  package let value: Double
  package init(_ value: Double) { self.value = value }
}

/// A mass.
package struct Grams: Quantity {
  package static let unit = UnitNotation(symbol: "g", smallest: .pico, largest: .kilo)
  package let value: Double
  package init(_ value: Double) { self.value = value }
}

/// A carbon intensity: the mass of CO₂-equivalent that one kilowatt-hour of electricity causes.
package struct GramsPerKilowattHour: Quantity {
  package static let unit = UnitNotation(symbol: "g/kWh", smallest: .one, largest: .one)
  package let value: Double
  package init(_ value: Double) { self.value = value }
}

/// A rate of floating-point operations.
package struct OperationsPerSecond: Quantity {
  package static let unit = UnitNotation(symbol: "FLOP/s", smallest: .one, largest: .peta)
  package let value: Double
  package init(_ value: Double) { self.value = value }
}

/// A rate of bytes that are moved; its prefixes are powers of ten.
package struct BytesPerSecond: Quantity {
  package static let unit = UnitNotation(symbol: "B/s", smallest: .one, largest: .peta)
  package let value: Double
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
