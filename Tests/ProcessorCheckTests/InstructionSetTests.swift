import CProcessor
import Foundation
import Testing

@testable import ProcessorCheck

#if arch(x86_64)
  @Test(arguments: [
    (InstructionSet.level4, "x86-64-v4"), (.level3, "x86-64-v3"), (.level2, "x86-64-v2"),
    (InstructionSet(rawValue: 0), "x86-64"), (.all, "x86-64-v4"),
  ])
  func levelIsTheHighestThatIsComplete(set: InstructionSet, level: String) {
    #expect(set.level == level)
  }

  /// The psABI's levels, and what every level adds to the one below.
  @Test(arguments: [
    (InstructionSet.level2, InstructionSet(rawValue: 0), 7), (.level3, .level2, 8),
    (.level4, .level3, 5),
  ])
  func removingAnyRequirementLowersTheLevel(
    set: InstructionSet, below: InstructionSet, added: Int
  ) {
    let requirements = set.subtracting(below)
    #expect(requirements.names.count == added)
    for place in 0..<64 where requirements.rawValue >> UInt64(place) & 1 == 1 {
      #expect(InstructionSet(rawValue: set.rawValue & ~(1 << UInt64(place))).level == below.level)
    }
  }

  @Test func descriptionNamesWhatExceedsTheLevel() {
    #expect(InstructionSet.level3.description == "x86-64-v3")
    #expect(
      InstructionSet.level3.union(InstructionSet([processor_avx512f, processor_gfni])).description
        == "x86-64-v3 with avx512f, gfni")
  }

  @Test func levelRequirementsCarryTheNamesThatLinuxUses() {
    #expect(
      Set(InstructionSet.level4.names) == [
        "cx16", "lahf_lm", "popcnt", "sse3", "sse4_1", "sse4_2", "ssse3", "avx", "avx2", "bmi1",
        "bmi2", "f16c", "fma", "lzcnt", "movbe", "avx512bw", "avx512cd", "avx512dq", "avx512f",
        "avx512vl",
      ])
  }
#endif

@Test func everyFeatureHasItsOwnPlaceAndName() {
  let count = Int(processor_feature_count.rawValue)
  #expect(count < 64)
  #expect(Set(InstructionSet.all.names).count == count)
}

#if os(Linux) && arch(x86_64)
  /// The kernel reads the same registers by itself, and calls two of the features otherwise.
  ///
  /// An old kernel leaves out what it does not know, so only level 4 must agree both ways.
  @Test func availableFeaturesAreThoseThatTheKernelLists() throws {
    let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags") })
    let flags = Set(line.split(separator: " ").map(String.init))
    let kernelNames = ["sse3": "pni", "lzcnt": "abm"]
    let available = Set(InstructionSet.available.names)
    for name in InstructionSet.all.names {
      let isListed = flags.contains(kernelNames[name] ?? name)
      #expect(available.contains(name) || !isListed, "\(name)")
    }
    for name in InstructionSet.level4.names {
      #expect(available.contains(name) == flags.contains(kernelNames[name] ?? name), "\(name)")
    }
  }
#endif
