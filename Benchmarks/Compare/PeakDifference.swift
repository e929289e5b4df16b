import Reporting

/// How the machine's peak, as it was measured beside the same work, differs between two runs.
///
/// Virtual processors may share a core for as long as a run lasts, and not in the next one: then a
/// difference between the runs is none between the programs.
enum PeakDifference {
  /// What a peak may be of another one for times to be compared without a word.
  private static let allowance = 0.9...1 / 0.9

  /// What is to be said of it.
  ///
  /// - Parameters:
  ///   - old: One run's series.
  ///   - new: The other's.
  /// - Returns: A line for each number of threads with which some peak is another one.
  static func lines(_ old: [Series], _ new: [Series]) -> [String] {
    let known = Dictionary(
      peaks(old).map { ($0.labels, $0) }, uniquingKeysWith: { first, _ in first })
    var ratios: [Int: [Double]] = [:]
    for peak in peaks(new) {
      guard let threads = peak.labels["threads"].flatMap({ Int($0) }), let after = peak.median,
        let before = known[peak.labels]?.median
      else { continue }
      ratios[threads, default: []].append(after / before)
    }
    return ratios.sorted { $0.key < $1.key }.compactMap { threads, ratios in
      guard let least = ratios.min(), let most = ratios.max(),
        !allowance.contains(least) || !allowance.contains(most)
      else { return nil }
      let times = NumberFormat.significant(2)
      return "peak of multiply-adds, threads \(threads): \(times.string(least)) to "
        + "\(times.string(most)) times the old one, beside the rows' own work"
    }
  }

  private static func peaks(_ series: [Series]) -> [Series] {
    series.filter { $0.labels["by"] == "peak" && $0.unit == "FLOP/s" }
  }
}
