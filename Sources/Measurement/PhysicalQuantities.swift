/// A duration.
public struct Seconds: Quantity {
  /// Seconds take the prefixes from pico to milli, and none above.
  public static let unit = UnitNotation(symbol: "s", smallest: .pico, largest: .one)

  /// The number of seconds.
  public let value: Double

  /// Makes a duration.
  ///
  /// - Parameter value: the number of seconds.
  public init(_ value: Double) { self.value = value }
}

/// An energy.
public struct Joules: Quantity {
  /// Joules take the prefixes from pico to mega.
  public static let unit = UnitNotation(symbol: "J", smallest: .pico, largest: .mega)

  /// The number of joules.
  public let value: Double

  /// Makes an energy.
  ///
  /// - Parameter value: the number of joules.
  public init(_ value: Double) { self.value = value }
}

/// A power.
public struct Watts: Quantity {
  /// Watts take the prefixes from pico to mega.
  public static let unit = UnitNotation(symbol: "W", smallest: .pico, largest: .mega)

  /// The number of watts.
  public let value: Double

  /// Makes a power.
  ///
  /// - Parameter value: the number of watts.
  public init(_ value: Double) { self.value = value }
}

/// A mass.
public struct Grams: Quantity {
  /// Grams take the prefixes from pico to kilo.
  public static let unit = UnitNotation(symbol: "g", smallest: .pico, largest: .kilo)

  /// The number of grams.
  public let value: Double

  /// Makes a mass.
  ///
  /// - Parameter value: the number of grams.
  public init(_ value: Double) { self.value = value }
}

/// A carbon intensity.
///
/// It is the mass of CO₂-equivalent that one kilowatt-hour of electricity causes.
public struct GramsPerKilowattHour: Quantity {
  /// The unit is written without prefixes.
  public static let unit = UnitNotation(symbol: "g/kWh", smallest: .one, largest: .one)

  /// The number of grams a kilowatt-hour.
  public let value: Double

  /// Makes a carbon intensity.
  ///
  /// - Parameter value: the number of grams a kilowatt-hour.
  public init(_ value: Double) { self.value = value }
}

/// A rate of floating-point operations.
public struct OperationsPerSecond: Quantity {
  /// Rates take the prefixes from none to peta.
  public static let unit = UnitNotation(symbol: "FLOP/s", smallest: .one, largest: .peta)

  /// The number of operations a second.
  public let value: Double

  /// Makes a rate.
  ///
  /// - Parameter value: the number of operations a second.
  public init(_ value: Double) { self.value = value }
}

/// A rate of bytes that are moved.
public struct BytesPerSecond: Quantity {
  /// Rates take the prefixes from none to peta, which are powers of ten here.
  public static let unit = UnitNotation(symbol: "B/s", smallest: .one, largest: .peta)

  /// The number of bytes a second.
  public let value: Double

  /// Makes a rate.
  ///
  /// - Parameter value: the number of bytes a second.
  public init(_ value: Double) { self.value = value }
}

extension Watts {
  /// The energy that a power spends in a time: 1 J = 1 W · 1 s.
  ///
  /// - Parameters:
  ///   - power: a power.
  ///   - time: how long it is drawn.
  /// - Returns: the energy.
  public static func * (power: Watts, time: Seconds) -> Joules { Joules(power.value * time.value) }
}

extension Joules {
  /// The energy of one kilowatt-hour: 1000 W · 3600 s.
  public static let kilowattHour = Watts(1000) * Seconds(3600)

  /// The mean power that spends an energy in a time.
  ///
  /// - Parameters:
  ///   - energy: an energy.
  ///   - time: how long it took to spend it.
  /// - Returns: the power.
  public static func / (energy: Joules, time: Seconds) -> Watts {
    Watts(energy.value / time.value)
  }

  /// The mass of CO₂-equivalent that an energy causes.
  ///
  /// - Parameters:
  ///   - energy: an energy, spent as electricity.
  ///   - intensity: what a kilowatt-hour of that electricity causes.
  /// - Returns: the mass.
  public static func * (energy: Joules, intensity: GramsPerKilowattHour) -> Grams {
    Grams(energy / kilowattHour * intensity.value)
  }
}
