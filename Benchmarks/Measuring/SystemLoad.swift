#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How busy the machine is with other things.
enum SystemLoad {
  /// Threads that ran or waited to, as an average over the last minute; nil where nobody counts.
  static var lastMinute: Double? {
    var average = 0.0
    return getloadavg(&average, 1) == 1 ? average : nil
  }
}
