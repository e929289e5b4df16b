import CProcessor

/// A set of x86-64 instruction extensions.
///
/// The raw value is a mask over the places in `CProcessor`'s table of features. On other
/// architectures every set is empty: code there is built for the host's default.
package struct InstructionSet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ features: [processor_feature]) {
    rawValue = features.reduce(0) { mask, feature in mask | 1 << UInt64(feature.rawValue) }
  }

  /// What the running processor has and its operating system supports.
  package static var available: InstructionSet {
    InstructionSet(rawValue: processor_available_features())
  }

  /// Every feature that has a name here; no processor has them all.
  package static var all: InstructionSet {
    InstructionSet(rawValue: 1 << UInt64(processor_feature_count.rawValue) - 1)
  }
}

extension InstructionSet {
  /// Requirements of the level x86-64-v2 (x86-64 psABI, section 3.1.1).
  package static let level2 = InstructionSet([
    processor_cx16, processor_lahf_lm, processor_popcnt, processor_sse3, processor_sse4_1,
    processor_sse4_2, processor_ssse3,
  ])

  /// Requirements of the level x86-64-v3.
  package static let level3 = level2.union(
    InstructionSet([
      processor_avx, processor_avx2, processor_bmi1, processor_bmi2, processor_f16c, processor_fma,
      processor_lzcnt, processor_movbe,
    ]))

  /// Requirements of the level x86-64-v4.
  package static let level4 = level3.union(
    InstructionSet([
      processor_avx512bw, processor_avx512cd, processor_avx512dq, processor_avx512f,
      processor_avx512vl,
    ]))

  /// The highest level whose requirements the set holds, or the name of another architecture.
  package var level: String { highestLevel.name }

  private var highestLevel: (name: String, requirements: InstructionSet) {
    #if arch(x86_64)
      let levels: [(name: String, requirements: InstructionSet)] = [
        ("x86-64-v4", .level4), ("x86-64-v3", .level3), ("x86-64-v2", .level2),
      ]
      return levels.first { isSuperset(of: $0.requirements) } ?? ("x86-64", [])
    #elseif arch(arm64)
      return ("arm64", [])
    #else
      return ("unknown architecture", [])
    #endif
  }
}

extension InstructionSet: CustomStringConvertible {
  /// The features' names, as Linux's /proc/cpuinfo spells them where it has them.
  package var names: [String] {
    (0..<Int32(processor_feature_count.rawValue)).compactMap { place in
      guard rawValue >> UInt64(place) & 1 == 1 else { return nil }
      return processor_feature_name(place).map { String(cString: $0) }
    }
  }

  /// The level, and the names of the features beyond it.
  package var description: String {
    let (level, requirements) = highestLevel
    let beyond = subtracting(requirements)
    return beyond.isEmpty ? level : "\(level) with \(beyond.names.joined(separator: ", "))"
  }
}
