import Foundation

/// A zone of Linux's powercap tree: a part of the machine with an energy counter of its own.
///
/// A zone is a folder `intel-rapl:0` or, within it, `intel-rapl:0:1`; the driver has that name on
/// AMD's processors too. Its files are `name`, `energy_uj`, `max_energy_range_uj` and the
/// constraints (Linux, Documentation/power/powercap/powercap.rst).
struct PowercapZone: Hashable, Sendable {
  /// What a zone's counter counts.
  enum Kind: Hashable, Sendable {
    /// A processor package, with its cores and whatever else is in it.
    case package
    /// Memory, whose energy is no part of the package's although its zone is (Intel's software
    /// developer's manual, volume 3, "Platform Specific Power Management Support").
    case memory
    /// The whole platform, with its packages.
    case platform
    /// Part of a package, such as its cores, or something unknown.
    case other
  }

  let folder: String
  var counterPath: String { "\(folder)/energy_uj" }
  /// The names of the zone and those around it, outermost first, such as `package-0/core`.
  let domain: String
  let kind: Kind
  /// The domain without its die, which may have no counter of its own.
  var domainOfSocket: String { domain.replacing(/-die-[0-9]+/, with: "") }
  /// How the counter counts, or why there is no telling.
  let counter: Result<WrappingCounter, ReadingFault>

  /// Describes the zone in a folder; `depth` is 1 for an outermost one, 2 for one within that.
  init(folder: String, depth: Int, within parent: String?, files: SystemFiles) {
    let name = Result { () throws(ReadingFault) in try files.contents(of: "\(folder)/name") }
    let kind: Kind =
      switch name {
      // It may be a package, and a total without one would be too small.
      case .failure: depth == 1 ? .package : .other
      case .success(let name) where depth == 1 && name.hasPrefix("package"): .package
      case .success("psys") where depth == 1: .platform
      case .success("dram") where depth == 2: .memory
      default: .other
      }
    let ownName = (try? name.get()) ?? URL(filePath: folder).lastPathComponent
    self.folder = folder
    self.domain = parent.map { "\($0)/\(ownName)" } ?? ownName
    self.kind = kind
    counter = Result { () throws(ReadingFault) in
      _ = try name.get()
      let path = "\(folder)/max_energy_range_uj"
      let range = try files.count(at: path)
      guard range > 0 else { throw .noCount("0", at: path) }
      return WrappingCounter(
        range: range, ceiling: Self.ceiling(at: folder, of: kind, files: files))
    }
  }

  /// The power that a zone is taken not to exceed, in microwatts: 1 kW, and 4 kW for the platform.
  ///
  /// Where a zone's constraints name a larger power, twice that is taken, since the limits are
  /// averages over seconds and may be exceeded for milliseconds. A constraint that can't be read,
  /// or is missing, leaves the ceiling as it is.
  private static func ceiling(at folder: String, of kind: Kind, files: SystemFiles) -> UInt64 {
    var ceiling: UInt64 = kind == .platform ? 4_000_000_000 : 1_000_000_000
    var constraint = 0
    while case .success(let text) = files.text("\(folder)/constraint_\(constraint)_max_power_uw") {
      if let power = UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
        ceiling = max(ceiling, UInt64(clamping: 2 * UInt128(power)))
      }
      constraint += 1
    }
    return ceiling
  }
}
