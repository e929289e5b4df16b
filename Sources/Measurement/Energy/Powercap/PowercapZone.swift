/// A zone of Linux's powercap tree: a part of the machine with an energy counter of its own.
///
/// A zone is a folder `intel-rapl:0` or, within it, `intel-rapl:0:1`; the driver has that name on
/// AMD's processors too. Its files are `name`, `energy_uj`, `max_energy_range_uj` and the
/// constraints (Linux, Documentation/power/powercap/powercap.rst).
public struct PowercapZone: Hashable, Sendable {
  /// What a zone's counter counts.
  public enum Kind: Hashable, Sendable {
    /// A processor package, with its cores and whatever else is in it.
    case package
    /// Memory, which is no part of the package's energy although its zone lies within the package's
    /// (Intel's software developer's manual, volume 3, "Platform Specific Power Management
    /// Support").
    case memory
    /// The whole platform, with its packages.
    case platform
    /// Part of a package, such as its cores, or something unknown.
    case other
  }

  /// The folder's path.
  let folder: String

  /// The names of the zone and those around it, outermost first, such as `package-0/core`.
  public let domain: String

  /// What the counter counts.
  public let kind: Kind

  /// How the counter counts, or why there is no telling.
  let counter: Result<WrappingCounter, CounterFault>

  /// Where the counter is read.
  var energyPath: String { "\(folder)/energy_uj" }
}

/// A zone's place in the tree, which is its folder's name.
struct PowercapZoneName: Hashable, Comparable {
  /// The driver's name.
  let driver: String
  /// The zone's number, behind those of the zones around it.
  let numbers: [Int]

  /// Reads a folder's name, such as `intel-rapl:0:1`.
  ///
  /// It is nil for anything else than a zone of RAPL's drivers.
  init?(folder: String) {
    let parts = folder.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    guard let driver = parts.first, Self.drivers.contains(String(driver)), parts.count > 1,
      numbers.count == parts.count - 1
    else { return nil }
    self.init(driver: String(driver), numbers: numbers)
  }

  private init(driver: String, numbers: [Int]) {
    self.driver = driver
    self.numbers = numbers
  }

  /// The drivers, best first: a zone that both have is read from the first.
  ///
  /// The second reads counters of the same packages through memory instead of registers.
  static let drivers = ["intel-rapl", "intel-rapl-mmio"]

  /// The zone around; nil for an outermost one.
  var parent: PowercapZoneName? {
    numbers.count > 1 ? PowercapZoneName(driver: driver, numbers: numbers.dropLast()) : nil
  }

  /// Puts the better driver first, then goes by numbers, a zone before those in it.
  static func < (left: PowercapZoneName, right: PowercapZoneName) -> Bool {
    left.driver == right.driver
      ? left.numbers.lexicographicallyPrecedes(right.numbers)
      : left.driver == drivers.first
  }
}
