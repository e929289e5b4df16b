/// The zones of Linux's powercap tree whose energy can be counted, each once.
public struct PowercapTree: Sendable {
  /// Where the system keeps the tree.
  public static let systemRoot = "/sys/class/powercap"

  /// The power that no zone is taken to exceed: 1 kW, and 4 kW for the whole platform.
  ///
  /// Where a zone's constraints name a larger power, twice that is taken, since the limits are
  /// averages over seconds and may be exceeded for milliseconds.
  public static let ceiling = Watts(1000)

  /// The zones, outer before inner ones.
  public let zones: [PowercapZone]

  /// Why there are no zones; nil where there are some.
  public let complaint: String?

  let files: SystemFiles

  /// Finds the zones.
  ///
  /// - Parameter root: the folder that has them.
  public init(root: String = systemRoot) {
    self.init(root: root, files: .system)
  }

  init(root: String, files: SystemFiles) {
    self.files = files
    var complaint: String?
    var names: [PowercapZoneName: String] = [:]
    switch files.names(root) {
    case .success(let folders):
      for folder in folders {
        if let name = PowercapZoneName(folder: folder) { names[name] = "\(root)/\(folder)" }
      }
      if names.isEmpty { complaint = "\(root) has no zones of RAPL" }
    case .failure(.missing): complaint = "there is no \(root)"
    case .failure(.denied): complaint = "permission denied: \(root)"
    case .failure(.failed(let reason)): complaint = "\(root) can't be read: \(reason)"
    }
    var domains: [PowercapZoneName: String] = [:]
    var zones: [PowercapZone] = []
    for (name, folder) in names.sorted(by: { $0.key < $1.key }) {
      let zone = Self.zone(
        name, at: folder, within: name.parent.flatMap { domains[$0] }, files: files)
      domains[name] = zone.domain
      if !zones.contains(where: { $0.domain == zone.domain }) { zones.append(zone) }
    }
    self.zones = zones
    self.complaint = complaint
  }

  private static func zone(
    _ name: PowercapZoneName, at folder: String, within parent: String?, files: SystemFiles
  ) -> PowercapZone {
    let isOutermost = name.parent == nil
    let ownName: String
    let kind: PowercapZone.Kind
    var fault: CounterFault?
    do throws(CounterFault) {
      ownName = try files.contents(of: "\(folder)/name")
      kind =
        switch ownName {
        case _ where isOutermost && ownName.hasPrefix("package"): .package
        case "psys" where isOutermost: .platform
        case "dram" where name.numbers.count == 2: .memory
        default: .other
        }
    } catch {
      ownName = folder.split(separator: "/").last.map(String.init) ?? folder
      // It may be a package, and a total without one would be too small.
      kind = isOutermost ? .package : .other
      fault = error
    }
    let counter: Result<WrappingCounter, CounterFault>
    do throws(CounterFault) {
      if let fault { throw fault }
      counter = .success(try Self.counter(at: folder, kind, files: files))
    } catch {
      counter = .failure(error)
    }
    return PowercapZone(
      folder: folder, domain: parent.map { "\($0)/\(ownName)" } ?? ownName, kind: kind,
      counter: counter)
  }

  private static func counter(
    at folder: String, _ kind: PowercapZone.Kind, files: SystemFiles
  ) throws(CounterFault) -> WrappingCounter {
    let rangePath = "\(folder)/max_energy_range_uj"
    let range = try files.count(at: rangePath)
    guard range > 0 else {
      throw .garbage(path: rangePath, contents: CounterFault.excerpt("0"))
    }
    var ceiling = UInt64(Self.ceiling.value * 1e6) * (kind == .platform ? 4 : 1)
    // A constraint that can't be read, or is missing, only leaves the ceiling as it is.
    var constraint = 0
    while case .success(let text) = files.text("\(folder)/constraint_\(constraint)_max_power_uw") {
      if let power = UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
        ceiling = max(ceiling, power.multipliedReportingOverflow(by: 2).overflow ? .max : 2 * power)
      }
      constraint += 1
    }
    return WrappingCounter(range: range, ceiling: ceiling)
  }
}
