import Foundation

#if canImport(Darwin)
  import Darwin
#endif

/// The processor's caches, as far as the system tells.
package enum LastLevelCache {
  /// Bytes of the last-level caches, all of them together; nil where the system doesn't tell.
  package static var bytes: Int? {
    #if canImport(Darwin)
      ["hw.l3cachesize", "hw.l2cachesize"].lazy.compactMap { name in
        var bytes: Int64 = 0
        var size = MemoryLayout<Int64>.size
        return sysctlbyname(name, &bytes, &size, nil, 0) == 0 && bytes > 0 ? Int(bytes) : nil
      }.first
    #else
      bytes(root: "/sys/devices/system/cpu", files: .system)
    #endif
  }

  /// Adds up Linux's folders `cpu0/cache/index3`, a cache that processors share once; nil where no
  /// cache has a size.
  static func bytes(root: String, files: SystemFiles) -> Int? {
    var known: [String: (level: UInt64, bytes: Int)] = [:]
    for processor in (try? files.names(root).get()) ?? [] where processor.hasPrefix("cpu") {
      let caches = "\(root)/\(processor)/cache"
      for index in (try? files.names(caches).get()) ?? [] where index.hasPrefix("index") {
        let folder = "\(caches)/\(index)"
        guard let level = try? files.count(at: "\(folder)/level"),
          let processors = try? files.contents(of: "\(folder)/shared_cpu_list"),
          let size = try? files.contents(of: "\(folder)/size"), let bytes = parse(size)
        else { continue }
        known["\(level): \(processors)"] = (level, bytes)
      }
    }
    guard let last = known.values.map(\.level).max() else { return nil }
    return known.values.filter { $0.level == last }.reduce(0) { $0 + $1.bytes }
  }

  /// Reads a size such as `32768K` or `8M`.
  private static func parse(_ text: String) -> Int? {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text[...] : text.dropLast()), number > 0 else {
      return nil
    }
    let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
    return isTooLarge ? nil : bytes
  }
}
